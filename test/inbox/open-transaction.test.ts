import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { median, percentile } from '../../src/domain/percentile.ts';
import { eventually } from '../support/eventually.ts';
import { enqueueBySql, grantAll } from '../support/sql-callers.ts';
import { type World, startWorld } from '../support/world.ts';

const OPEN_MS = 60_000;
/** A busy machine runs what is asked for so often, so that the queues stay short. */
const BETWEEN_REQUESTS_MS = 250;

/** All of the inbox is looked at as often, and a busy machine. */
const SEQUENCED_AFTER_COMMIT_MS = 10_000 + 3_000;

/** Whoever waited for the open transaction would wait for its end, or fail after 2 s; a row that only the look at all of the inbox finds waits for some seconds. */
const MEDIAN_MAX_MS = 1_000;
const LONGEST_MAX_MS = 9_000;

/** What the load has left in the queue before it, on a machine that could not keep up. */
const QUEUE_DRAINED_MS = 60_000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
  await grantAll(world.config.DATABASE_URL);
});
after(() => world.stop());

async function seqOf(id: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ seq: string | null }>(
    'select seq from all_executions where id = $1',
    [id],
  );
  assert.ok(rows[0]?.seq, `${id} is not in its queue`);
  return Number(rows[0].seq);
}

/** How long each took, in ms: an answer by HTTP, or a row from its commit to its place in the queue. */
interface Times {
  readonly http: number[];
  readonly sql: number[];
}

async function load(workspaceId: string, signal: AbortSignal): Promise<Times> {
  const times: Times = { http: [], sql: [] };
  const again = async (into: number[], once: () => Promise<unknown>) => {
    while (!signal.aborted) {
      const startedMs = performance.now();
      await once();
      into.push(performance.now() - startedMs);
      await delay(BETWEEN_REQUESTS_MS);
    }
  };
  await Promise.all([
    again(times.http, () => world.enqueue(workspaceId, 'nothing')),
    again(times.sql, async () => {
      const id = await enqueueBySql(world.database.pool, { workspaceId, workflowType: 'nothing' });
      await eventually(() => seqOf(id));
    }),
  ]);
  return times;
}

test('a transaction of a caller that stays open for a minute delays nobody, and its row has its place soon after its commit', async () => {
  const [same, other] = [await world.workspace({ tier: 'enterprise' }), await world.workspace()];
  const slow = new pg.Client({ connectionString: world.config.DATABASE_URL });
  await slow.connect();
  await slow.query('begin');
  const id = await enqueueBySql(slow, { workspaceId: same, workflowType: 'nothing' });
  const signal = AbortSignal.timeout(OPEN_MS);

  const [ofSame, ofOther] = await Promise.all([load(same, signal), load(other, signal)]);
  for (const [of, times] of Object.entries({ ofSame, ofOther }))
    for (const [by, ms] of Object.entries(times) as [string, number[]][]) {
      const shown = `${of} ${by}: ${ms.length}, median ${median(ms).toFixed(0)} ms, p99 ${percentile(ms, 99).toFixed(0)} ms`;
      console.log(shown);
      assert.ok(median(ms) < MEDIAN_MAX_MS && Math.max(...ms) < LONGEST_MAX_MS, shown);
    }
  assert.equal((await world.call('GET', `/v1/workspaces/${same}/executions/${id}`)).status, 404);

  const last = await world.enqueue(same, 'nothing');
  await slow.query('commit');
  const committedMs = performance.now();
  await slow.end();
  const seq = await eventually(() => seqOf(id), SEQUENCED_AFTER_COMMIT_MS);
  console.log(`its place came ${(performance.now() - committedMs).toFixed(0)} ms after its commit`);
  assert.ok(seq > last.seq!, 'it stands behind all that were there before its commit');
  const completed = async () => assert.equal((await world.execution(same, id)).status, 'completed');
  await eventually(completed, QUEUE_DRAINED_MS);
});
