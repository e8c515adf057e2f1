import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { gatePage } from '../support/gates-and-children.ts';
import { type Answer, type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** How long an outage is looked at: several of a gate's waits, which double from 1 s. */
const OUTAGE_MS = 10_000;
/** What a gate may add to its history in that time: some seven events a try, at most five tries, the end that begins it, and a start that was not yet told. */
const EVENTS_MAX = 5 * 7 + 2 * 4;
/** The longest wait of a gate for Postgres after such an outage, and the admission behind it. */
const HEALED_WITHIN_MS = 25_000;

interface Outage {
  readonly claim: string;
  /** The test file's `import.meta.url`. */
  readonly file: string;
  spoil(world: SpoilableWorld): void;
}

/** Declares the test of one way in which Postgres can be away. Each has a file of its own, because an outage takes its time. */
export function testOutage({ claim, file, spoil }: Outage): void {
  let world: SpoilableWorld;
  before(async () => {
    world = await startSpoilableWorld(file);
  });
  after(() => world.stop());

  /** A workspace with two running executions and two that wait behind them. Returns the ids of the running ones. */
  async function busyWorkspace(id: string): Promise<string[]> {
    await world.call('PUT', `/v1/workspaces/${id}`, { tier: 'pro', limitOverride: 2 });
    const ids = [];
    for (const workflowType of ['untilTold', 'untilTold', 'nothing', 'nothing']) {
      ids.push(
        (await world.call('POST', `/v1/workspaces/${id}/executions`, { workflowType })).body.id as string,
      );
    }
    await eventuallyEqual(() => world.seqs(id, 'running'), [1, 2]);
    await eventually(async () =>
      assert.equal((await world.call('GET', `/v1/workspaces/${id}/gate`)).body.running, 2),
    );
    return ids.slice(0, 2);
  }

  /** A Postgres that hangs is noticed by what comes first: the query's time, the line of its workspace, or the request's time. */
  function assertUnavailable(answer: Answer): void {
    assert.equal(answer.status, 503);
    assert.match(
      answer.body.type,
      /^urn:sluice:problem:(database-unavailable|workspace-busy|request-timed-out)$/,
    );
    assert.match(answer.retryAfter ?? '', /^[1-9]\d*$/);
  }

  const historyLength = async (id: string) => (await world.gate(id).describe()).historyLength;

  const id = 'acme';
  test(`while Postgres ${claim}: 503 for everything, no row, gates wait almost silently; all drains by itself after`, async () => {
    const [first, second] = await busyWorkspace(id);
    const path = `/v1/workspaces/${id}`;
    const key = { 'idempotency-key': 'in the outage' };
    const enqueue = () => world.call('POST', `${path}/executions`, { workflowType: 'nothing' }, key);
    const lengthBefore = await historyLength(id);
    const startedAt = performance.now();
    spoil(world);
    // A slot becomes free, and its gate has somebody to admit and nobody to ask.
    await world.finish(first!);
    const answers = await Promise.all([
      enqueue(),
      world.call('GET', `${path}/executions/${first}`),
      world.call('GET', `${path}/executions`),
      world.call('POST', `${path}/executions/${first}/cancel`),
      world.call('PUT', path, { tier: 'enterprise' }),
      world.call('PATCH', path, { tier: 'enterprise' }),
      world.call('GET', `${path}/gate`),
      world.call('GET', '/health/ready'),
    ]);
    for (const answer of answers) assertUnavailable(answer);
    assert.ok(answers.every(({ tookMs }) => tookMs < 14_000));
    assert.equal((await world.call('GET', '/health/live')).status, 200);
    await eventually(async () => {
      const { lastError } = await world.gate(id).query<{ lastError: string | null }>('snapshot');
      assert.ok(lastError, 'the gate says why it waits');
    });
    await eventually(async () =>
      assert.match(
        await gatePage(world, id),
        /limit \*\*2\*\*.* running \*\*1\*\* · pending \*\*2\*\*[^]*\*\*Waiting for Postgres:\*\*/,
      ),
    );

    await delay(Math.max(0, OUTAGE_MS - (performance.now() - startedAt)));
    const seconds = (performance.now() - startedAt) / 1000;
    const added = (await historyLength(id)) - lengthBefore;
    console.log(`${added} history events in ${seconds.toFixed(1)} s while Postgres ${claim}`);
    assert.ok(added <= EVENTS_MAX, `${added} events`);
    assert.deepEqual(await world.seqs(id, 'running'), [1, 2]);

    const mendedAt = performance.now();
    world.toPostgres.mend();
    await world.finish(second!);
    await eventuallyEqual(() => world.seqs(id, 'completed'), [1, 2, 3, 4], HEALED_WITHIN_MS);
    console.log(`drained ${((performance.now() - mendedAt) / 1000).toFixed(1)} s after`);
    const again = await eventually(async () => {
      const answer = await enqueue();
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
      return answer;
    });
    assert.equal(again.body.seq, 5, 'the request of the outage was stored once or not at all');
    await eventuallyEqual(() => world.seqs(id, 'completed'), [1, 2, 3, 4, 5]);
  });
}
