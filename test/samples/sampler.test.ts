import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { pruneSamples } from '../../src/db/samples/write-samples.ts';
import { createLog } from '../../src/process/log.ts';
import { Sampler, startSampler } from '../../src/worker/samples/sampler.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());
beforeEach(async () => {
  await database.pool.query('delete from sampler');
  await database.pool.query('delete from workspace_samples');
});

const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };

const enqueue = async (workspaceId: string, count: number) => {
  for (let n = 0; n < count; n++) await enqueueOne(database, { workspaceId }, rules);
};

/** Ends those, as of that many seconds ago by Temporal's clock, and claims the next. */
async function reconcile(
  workspaceId: string,
  ended: readonly string[] = [],
  { secondsAgo = 0, status = 'completed' }: { secondsAgo?: number; status?: 'completed' | 'failed' } = {},
): Promise<string[]> {
  const closed = ended.map((executionId) => ({
    executionId,
    closedAt: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    outcome: { status, result: null, resultOmitted: null, failure: null },
  }));
  const { admitted } = await reconcileWorkspace(database, requestOf(workspaceId, { closed }), options);
  return admitted.map(({ executionId }) => executionId);
}

/** Of the workspace, all minutes added up: the test may run over the end of one. */
async function sampled(workspaceId: string) {
  const { rows } = await database.pool.query<{
    admitted: number;
    failed: number;
    pending: number;
    running: number;
    wait: number | null;
    handoff: number | null;
  }>(
    `select sum(admitted)::integer as admitted, sum(failed)::integer as failed, (array_agg(pending order by minute desc))[1] as pending,
       (array_agg(running order by minute desc))[1] as running, (array_agg(wait_p95_seconds order by minute desc))[1] as wait,
       (array_agg(handoff_p99_seconds order by minute desc))[1] as handoff
     from workspace_samples where workspace_id = $1`,
    [workspaceId],
  );
  return rows[0]!;
}

test('a round samples waits, handoffs, failures and counters of each workspace that has work, and of no other', async () => {
  const sampler = new Sampler(database);
  await insertWorkspace(database.pool, 'busy', { limitOverride: 2 });
  await insertWorkspace(database.pool, 'quiet');
  await sampler.round();
  await enqueue('busy', 5);
  await database.pool.query(
    `update executions set created_at = created_at - interval '60 s' where workspace_id = 'busy'`,
  );
  const first = await reconcile('busy');
  assert.equal(first.length, 2);
  const second = await reconcile('busy', first.slice(0, 1), { secondsAgo: 8, status: 'failed' });
  assert.ok(second.length > 0);
  assert.equal(await sampler.round(), true);
  const { wait, handoff, ...counts } = await sampled('busy');
  assert.deepEqual(counts, { admitted: 3, failed: 1, pending: 2, running: 2 });
  assert.ok(wait! >= 60 && wait! < 120, String(wait));
  assert.ok(handoff! >= 8 && handoff! < 60, String(handoff));
  assert.equal((await sampled('quiet')).pending, null);
});

test('each event counts once, however often there is a round, also by the sampler that comes after', async () => {
  const sampler = new Sampler(database);
  await insertWorkspace(database.pool, 'once');
  await sampler.round();
  await enqueue('once', 3);
  await reconcile('once');
  await sampler.round();
  await sampler.round();
  await enqueue('once', 2);
  await reconcile('once');
  await sampler.leave();
  const next = new Sampler(database);
  assert.equal(await next.round(), true);
  await next.round();
  assert.equal((await sampled('once')).admitted, 5);
});

test('one process is the sampler: another takes over when it has left, or has not looked for long', async () => {
  const [one, other] = [new Sampler(database), new Sampler(database)];
  assert.deepEqual([await one.round(), await other.round(), await one.round()], [true, false, true]);
  await one.leave();
  assert.deepEqual([await other.round(), await one.round()], [true, false]);
  await database.pool.query('update sampler set held_until = clock_timestamp()');
  assert.deepEqual([await one.round(), await other.round()], [true, false]);
});

test('a round whose answer was lost counts nothing twice', async () => {
  let isLost = false;
  const pool = new Proxy(database.pool, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name) as unknown;
      return async (text: string, values?: unknown[]) => {
        const answer = await target.query(text, values);
        if (text.includes('as held') && isLost) throw new Error('the connection broke');
        return answer;
      };
    },
  });
  const sampler = new Sampler({ ...database, pool });
  await insertWorkspace(database.pool, 'answer-lost');
  await sampler.round();
  await enqueue('answer-lost', 2);
  await reconcile('answer-lost');
  isLost = true;
  await assert.rejects(sampler.round(), /the connection broke/);
  isLost = false;
  await sampler.round();
  assert.equal((await sampled('answer-lost')).admitted, 2);
});

test('a sampler that lost its place while it read writes nothing', async () => {
  const other = new Sampler(database);
  let isTaken = false;
  const pool = new Proxy(database.pool, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name) as unknown;
      return async (text: string, values?: unknown[]) => {
        // It is taken for dead in the middle of its round.
        if (text.includes('events_id_seq') && isTaken) {
          await target.query('update sampler set held_until = clock_timestamp()');
          assert.equal(await other.round(), true);
        }
        return await target.query(text, values);
      };
    },
  });
  const one = new Sampler({ ...database, pool });
  await insertWorkspace(database.pool, 'lost');
  assert.equal(await one.round(), true);
  await enqueue('lost', 1);
  await reconcile('lost');
  isTaken = true;
  assert.equal(await one.round(), false);
  assert.equal((await sampled('lost')).admitted, 1);
});

test('what is too much to be read one by one is counted', async () => {
  const sampler = new Sampler(database);
  await insertWorkspace(database.pool, 'flood');
  await sampler.round();
  await database.pool.query(
    `insert into events (workspace_id, number, kind, execution_id, seq, status)
     select 'flood', n, (case when n % 2 = 0 then 'admitted' else 'ended' end)::event_kind, gen_random_uuid(), n,
       (case when n % 2 = 0 then 'running' else 'failed' end)::execution_status
     from generate_series(1, 12000) as n`,
  );
  await sampler.round();
  const { admitted, failed, wait } = await sampled('flood');
  // Rows that the events tell of are missing, so nothing is measured.
  assert.deepEqual({ admitted, failed, wait }, { admitted: 6_000, failed: 6_000, wait: null });
});

test('a database that was restored has fewer events than were counted: the sampler goes on with what is new', async () => {
  const sampler = new Sampler(database);
  await insertWorkspace(database.pool, 'restored');
  await sampler.round();
  await database.pool.query('update sampler set through_event_id = through_event_id + 1000000');
  await sampler.round();
  await enqueue('restored', 1);
  await reconcile('restored');
  await sampler.round();
  assert.equal((await sampled('restored')).admitted, 1);
});

test('samples of more than a day are deleted, a minute at a time', async () => {
  await database.pool.query(
    `insert into workspace_samples (workspace_id, minute, pending, running)
     select 'old-' || n, now() - make_interval(hours => 24, mins => 1 + n % 2), 0, 1 from generate_series(1, 5) as n
     union all select 'young', now() - interval '23 h 59 min', 0, 1`,
  );
  assert.equal(await pruneSamples(database), 3);
  assert.equal(await pruneSamples(database), 2);
  assert.equal(await pruneSamples(database), 0);
});

test('a sampler that is started takes samples until it is stopped, and leaves its place', async () => {
  const log = createLog({ level: 'silent', process: 'test' });
  await insertWorkspace(database.pool, 'started');
  await enqueue('started', 1);
  const sampler = startSampler({ log, database, intervalMs: 20 });
  try {
    await eventually(async () => assert.equal((await sampled('started')).pending, 1));
  } finally {
    await sampler.stop();
  }
  assert.equal(await new Sampler(database).round(), true);
});
