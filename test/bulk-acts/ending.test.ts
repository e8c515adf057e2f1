import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countMatching } from '../../src/db/bulk-acts/count-matching.ts';
import { endChunk } from '../../src/db/bulk-acts/end-chunk.ts';
import { CHUNK_MAX, findChunk } from '../../src/db/bulk-acts/find-chunk.ts';
import { takePart } from '../../src/db/bulk-acts/take-part.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { EVERY_EXECUTION } from '../../src/db/executions/list/execution-filter.ts';
import { terminateExecution } from '../../src/db/executions/terminate-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { completedReport, insertPending, insertWorkspace, requestOf, statuses } from '../support/rows.ts';
import { acceptTestAct, carryAllOn, countsOf, endLeases, testCarrier } from './act-on.ts';

let opened: OpenTestDatabase;
let database: Database;
before(async () => {
  opened = await openTestDatabase();
  database = opened.database;
});
after(() => opened.close());

let workspaces = 0;
async function workspace(limitOverride = 2): Promise<string> {
  const id = `ended-${++workspaces}`;
  await insertWorkspace(database.pool, id, { limitOverride });
  return id;
}

const reconcile = (workspaceId: string, request = requestOf(workspaceId)) =>
  reconcileWorkspace(database, request, { gateRunId: 'run', verifyAfterSeconds: 3_600 });

const RULES = { maxInputBytes: 1_000, knownWorkflowTypes: null };
const later = () => new Date(Date.now() + 3_600_000).toISOString();

/** One that is scheduled, and so many in the queue, of which the first run. */
async function busy(limit: number, queued: number): Promise<string> {
  const id = await workspace(limit);
  const attributes = { startAfter: later(), reference: 'late' };
  await enqueueOne(database, { workspaceId: id, input: '"s"', attributes }, RULES);
  for (let n = 0; n < queued; n++) await enqueueOne(database, { workspaceId: id, input: `"${n}"` }, RULES);
  await reconcile(id);
  return id;
}

/** All that an act writes of a workspace and its executions, without times and ids. */
async function written(workspaceId: string) {
  const { rows: executions } = await database.pool.query(
    `select e.seq, e.status, e.cancel_requested_at is not null as cancel, e.cancel_requested_by, e.terminate_requested_at is not null as terminate,
       e.terminate_requested_by, e.closed_at is not null as closed, e.failure_type, e.failure_message, e.result_bytes
     from all_executions e where workspace_id = $1 order by seq nulls first`,
    [workspaceId],
  );
  const { rows: counters } = await database.pool.query(
    `select pending, pending_bytes, scheduled, scheduled_bytes, running, last_event, last_seq from workspaces where id = $1`,
    [workspaceId],
  );
  const { rows: events } = await database.pool.query(
    `select kind, seq, status, count(*) over ()::int as of from events where workspace_id = $1 order by kind, seq nulls first`,
    [workspaceId],
  );
  const { rows: numbers } = await database.pool.query(
    `select number - row_number() over (order by number) as gap from events where workspace_id = $1`,
    [workspaceId],
  );
  assert.ok(
    numbers.every(({ gap }) => Number(gap) === 0),
    'the numbers of events have a gap',
  );
  return { executions, counters, events };
}

for (const [act, one] of [
  ['cancel', cancelExecution],
  ['terminate', terminateExecution],
] as const)
  test(`${act} of all that match writes what as many single requests write, one record of it and no gap in the events`, async () => {
    const [single, bulk] = [await busy(2, 5), await busy(2, 5)];
    const { rows } = await database.pool.query<{ id: string }>(
      'select id from executions where workspace_id = $1 order by seq nulls first',
      [single],
    );
    for (const { id } of rows) await one(database, single, id, 'key-1');
    const deps = testCarrier(database);
    const accepted = await acceptTestAct(
      database,
      act,
      { workspaceId: bulk },
      { by: 'key-1', reason: 'why' },
    );
    await carryAllOn(deps);
    assert.deepEqual(await countsOf(database, accepted), {
      matching: 6,
      done: 6,
      skipped: 0,
      failed: 0,
      open: 0,
      waiting: 0,
    });
    assert.deepEqual(await written(bulk), await written(single));
    assert.deepEqual(deps.takeWakes(), [bulk]);
    const { rows: records } = await database.pool.query(
      `select act, by, source, reason, "to" from changes where workspace_id = $1 and act::text like 'bulk%'`,
      [bulk],
    );
    assert.equal(records.length, 1);
    assert.deepEqual(
      { ...records[0], to: { id: records[0].to.bulkActId, matching: records[0].to.matching } },
      { act: `bulk_${act}`, by: 'key-1', source: 'api', reason: 'why', to: { id: accepted.id, matching: 6 } },
    );
  });

test('the filter says which: by status, type, reference, label and time, and what has another status when it comes to them is skipped', async () => {
  const id = await busy(1, 3);
  const of = async (filter: object) =>
    (
      await countMatching(database, {
        act: 'cancel',
        filter: { ...EVERY_EXECUTION, workspaceId: id, ...filter },
        acceptedAt: new Date(Date.now() + 1_000),
      })
    ).count;
  assert.deepEqual(
    [
      await of({}),
      await of({ status: 'scheduled' }),
      await of({ status: 'pending' }),
      await of({ status: 'running' }),
      await of({ status: 'completed' }),
      await of({ workflowType: 'other' }),
      await of({ reference: 'late' }),
      await of({ labels: { a: 'b' } }),
      await of({ createdBefore: new Date(0) }),
      await of({ createdAfter: new Date(0) }),
    ],
    [4, 1, 2, 1, 0, 0, 1, 0, 0, 4],
  );
  const accepted = await acceptTestAct(database, 'cancel', { workspaceId: id, status: 'pending' });
  const part = (await takePart(database.db))!;
  const chunk = await findChunk(database, part);
  assert.equal(chunk.ids.length, 2);
  // One of the two gets the slot between the read and the lock.
  const [running] = (await statuses(database.pool, id))['running']!;
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from executions where workspace_id = $1 and seq = $2',
    [id, running],
  );
  await reconcile(id, requestOf(id, { closed: [completedReport(rows[0]!.id)] }));
  await endChunk(database, part, chunk);
  assert.deepEqual(await statuses(database.pool, id), {
    scheduled: [0],
    completed: [1],
    running: [2],
    cancelled: [3],
  });
  const { done, skipped, open } = await countsOf(database, accepted);
  assert.deepEqual([done, skipped, open], [1, 1, 0]);
});

test('executions that are accepted after an act are none of its own, and with nothing to do it is done', async () => {
  const id = await workspace();
  await insertPending(database.pool, id, 2);
  const accepted = await acceptTestAct(database, 'cancel', { workspaceId: id });
  await database.pool.query('select pg_sleep(0.005)');
  await insertPending(database.pool, id, 2);
  await carryAllOn(testCarrier(database));
  assert.deepEqual(await statuses(database.pool, id), { cancelled: [1, 2], pending: [3, 4] });
  assert.equal((await countsOf(database, accepted)).done, 2);
  const nothing = await acceptTestAct(database, 'terminate', { workspaceId: id, status: 'failed' });
  assert.deepEqual(await countsOf(database, nothing), {
    matching: 0,
    done: 0,
    skipped: 0,
    failed: 0,
    open: 0,
    waiting: 0,
  });
});

test('an act of many goes in chunks; what a process that died has done is counted once, and a slow one counts nothing', async () => {
  const id = await workspace();
  const count = 2 * CHUNK_MAX + 10;
  await insertPending(database.pool, id, count);
  const accepted = await acceptTestAct(database, 'cancel', { workspaceId: id });
  const slow = (await takePart(database.db))!;
  assert.equal(await takePart(database.db), null, 'nobody else has its turn');
  const chunk = await findChunk(database, slow);
  assert.deepEqual([chunk.ids.length, chunk.isLast], [CHUNK_MAX, false]);
  const first = await endChunk(database, slow, chunk);
  assert.deepEqual(first.counted, { done: CHUNK_MAX, skipped: 0 });
  const again = await endChunk(database, slow, chunk);
  assert.deepEqual([again.ended.length, again.counted], [0, null], 'its cursor has moved');
  // It dies here. The next one goes on behind it.
  await endLeases(database);
  await carryAllOn(testCarrier(database));
  const late = await endChunk(database, slow, chunk);
  assert.deepEqual([late.ended.length, late.asked, late.counted], [0, 0, null]);
  const { done, skipped, open } = await countsOf(database, accepted);
  assert.deepEqual([done, skipped, open], [count, 0, 0]);
  assert.equal((await statuses(database.pool, id))['cancelled']!.length, count);
});

test('two processes that carry the same acts on at once do each execution once', async () => {
  const ids = [await workspace(), await workspace(), await workspace()];
  for (const id of ids) await insertPending(database.pool, id, 3 * CHUNK_MAX);
  const accepted = await acceptTestAct(database, 'terminate', {});
  const carrying = Promise.all([carryAllOn(testCarrier(database)), carryAllOn(testCarrier(database))]);
  await carrying;
  const { matching, done, skipped, open } = await countsOf(database, accepted);
  assert.deepEqual([done + skipped, open], [matching, 0]);
  for (const id of ids) assert.deepEqual(Object.keys(await statuses(database.pool, id)), ['terminated'], id);
});

test('a workspace whose row is held keeps an act over all from nothing but itself', async () => {
  const [held, free] = [await workspace(), await workspace()];
  for (const id of [held, free]) await insertPending(database.pool, id, 1);
  const accepted = await acceptTestAct(database, 'cancel', { workflowType: 'untilTold' });
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from workspaces where id = $1 for update', [held]);
  const deps = testCarrier(database);
  const carrying = Promise.all([carryAllOn(deps), carryAllOn(deps)]).catch(() => {});
  for (let tries = 0; (await statuses(database.pool, free))['cancelled'] === undefined; tries++) {
    assert.ok(tries < 500, 'the other workspace waits');
    await database.pool.query('select pg_sleep(0.01)');
  }
  assert.deepEqual(Object.keys(await statuses(database.pool, held)), ['pending']);
  await holder.query('rollback');
  holder.release();
  await carrying;
  await endLeases(database);
  await carryAllOn(deps);
  assert.equal((await countsOf(database, accepted)).open, 0);
  assert.deepEqual(Object.keys(await statuses(database.pool, held)), ['cancelled']);
});

test('a part whose workspace is gone has nothing left to do', async () => {
  const id = await workspace();
  const accepted = await acceptTestAct(database, 'cancel', { workspaceId: id });
  await database.pool.query('insert into bulk_act_parts (act_id, workspace_id) values ($1, $2)', [
    accepted.id,
    'never-was',
  ]);
  await carryAllOn(testCarrier(database));
  assert.equal((await countsOf(database, accepted)).open, 0);
});

test('a count that takes too long says that it is a lower bound, and the act is about all there are all the same', async () => {
  const [first, other] = [await workspace(), await workspace()];
  await insertPending(database.pool, first, 4_000);
  await insertPending(database.pool, other, 1);
  const scope = {
    act: 'cancel' as const,
    filter: { ...EVERY_EXECUTION, workspaceId: first },
    acceptedAt: new Date(Date.now() + 1_000),
  };
  const { count, isLowerBound } = await countMatching(database, scope, 0);
  assert.deepEqual([count, isLowerBound], [3_000, true]);
  assert.deepEqual((await countMatching(database, scope)).count, 4_000);
  await assert.rejects(
    acceptTestAct(database, 'cancel', { status: 'pending' }, { countMaxMs: 0, expected: 3_000 }),
    { name: 'MatchingChangedError', matchingIsLowerBound: true },
  );
  const accepted = await acceptTestAct(database, 'cancel', { status: 'pending' }, { countMaxMs: 0 });
  assert.ok(accepted.matchingIsLowerBound);
  await carryAllOn(testCarrier(database));
  assert.ok((await countsOf(database, accepted)).done >= 4_001);
  for (const id of [first, other])
    assert.deepEqual(Object.keys(await statuses(database.pool, id)), ['cancelled']);
});
