import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

let world: SpoilableWorld;
before(async () => {
  world = await startSpoilableWorld(import.meta.url);
});
after(() => world.stop());

/** The fourth wait of a gate for Postgres, long enough to be told from the time that anything else takes. */
const LONG_WAIT_SECONDS = 8;

async function gateEvents(workspace: string) {
  const { events } = await world.gate(workspace).fetchHistory();
  return events ?? [];
}

test('a gate that waits for Postgres tries again at a wake: who sends it has just reached Postgres', async () => {
  const workspace = 'acme';
  const path = `/v1/workspaces/${workspace}`;
  const enqueue = () => world.call('POST', `${path}/executions`, { workflowType: 'nothing' });
  await world.call('PUT', path, { tier: 'pro' });
  await enqueue();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
  const { runId } = await world.gate(workspace).describe();

  // The worker alone is cut off: the API goes on, and the sweep cannot read which workspaces are overdue.
  world.worker.toPostgres.cut();
  await enqueue();
  const wait = await eventually(async () => {
    const timer = (await gateEvents(workspace)).find(
      ({ timerStartedEventAttributes: started }) =>
        Number(started?.startToFireTimeout?.seconds ?? 0) === LONG_WAIT_SECONDS,
    );
    assert.ok(timer, 'it waits long');
    return timer;
  }, 60_000);
  world.worker.toPostgres.mend();
  await enqueue();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3]);

  assert.equal((await world.gate(workspace).describe()).runId, runId, 'the same run');
  const events = await gateEvents(workspace);
  const after = events.filter(({ eventId }) => Number(eventId) > Number(wait.eventId));
  assert.ok(
    after.some(
      ({ timerCanceledEventAttributes: ended }) => Number(ended?.startedEventId) === Number(wait.eventId),
    ),
    'the wait did not go on to its end',
  );
});
