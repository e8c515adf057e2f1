import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHUNK_MAX } from '../../src/db/bulk-acts/find-chunk.ts';
import { takePart } from '../../src/db/bulk-acts/take-part.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { createEnqueue, type EnqueueBatch } from '../../src/enqueue/enqueue.ts';
import { carryOn } from '../../src/worker/bulk-acts/carry-on.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';
import { endRows, insertPending, insertWorkspace, setTier } from '../support/rows.ts';
import { acceptTestAct, carryAllOn, countsOf, endLeases, testCarrier } from './act-on.ts';

let opened: OpenTestDatabase;
let database: Database;
before(async () => {
  opened = await openTestDatabase();
  database = opened.database;
});
after(() => opened.close());

let workspaces = 0;

/** A workspace in which so many executions have failed, each with an input of its own; their ids, oldest first. */
async function failed(count: number, input: string | null = '"in"'): Promise<{ id: string; old: string[] }> {
  const id = `rerun-${++workspaces}`;
  await insertWorkspace(database.pool, id);
  const old = await insertPending(database.pool, id, count, input);
  await endRows(database.pool, old, 'failed');
  await database.pool.query('update workspaces set pending = 0, pending_bytes = 0 where id = $1', [id]);
  return { id, old };
}

/** What each rerun repeats, in the order of the queue. */
async function reruns(workspaceId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ rerun_of: string }>(
    'select rerun_of from executions where workspace_id = $1 and rerun_of is not null order by seq',
    [workspaceId],
  );
  return rows.map(({ rerun_of: of }) => of);
}

test('what has failed is run again in its order, with its input, once, by whom the act is of', async () => {
  const { id, old } = await failed(CHUNK_MAX + 20);
  const completed = await insertPending(database.pool, id, 3);
  await endRows(database.pool, completed);
  await database.pool.query('update workspaces set pending = 0, pending_bytes = 0 where id = $1', [id]);
  const act = await acceptTestAct(database, 'rerun', { workspaceId: id, status: 'failed' }, { by: 'key-1' });
  const deps = testCarrier(database);
  await carryAllOn(deps);
  assert.deepEqual(await countsOf(database, act), {
    matching: old.length,
    done: old.length,
    skipped: 0,
    failed: 0,
    open: 0,
    waiting: 0,
  });
  assert.deepEqual(await reruns(id), old);
  const { rows } = await database.pool.query(
    `select distinct e.created_by, convert_from(p.data, 'UTF8') as input from executions e
     join payloads p on p.execution_id = e.id where workspace_id = $1`,
    [id],
  );
  assert.deepEqual(rows, [{ created_by: 'key-1', input: '"in"' }]);
  assert.ok(deps.takeWakes().includes(id));
});

test('a process that dies between the reruns and the cursor runs nothing again twice, wherever it dies', async () => {
  const { id, old } = await failed(CHUNK_MAX + 20);
  const act = await acceptTestAct(database, 'rerun', { workspaceId: id });
  const { enqueueBatch } = createEnqueue({ database, maxInputBytes: 1_000, maxHeldBytes: Infinity });
  const dies: EnqueueBatch = async (batch) => {
    await enqueueBatch(batch);
    throw new Error('killed');
  };
  for (let deaths = 0; deaths < 2; deaths++) {
    const part = (await takePart(database.db))!;
    await assert.rejects(
      carryOn(testCarrier(database, dies), part, () => false),
      /killed/,
    );
    assert.equal((await countsOf(database, act)).done, 0);
    await endLeases(database);
  }
  // Two at once, of which one has lost its lease.
  const part = (await takePart(database.db))!;
  await endLeases(database);
  await Promise.all([carryOn(testCarrier(database), part, () => false), carryAllOn(testCarrier(database))]);
  await endLeases(database);
  await carryAllOn(testCarrier(database));
  const { done, failed: refused, open } = await countsOf(database, act);
  assert.deepEqual([done, refused, open], [old.length, 0, 0]);
  assert.deepEqual(await reruns(id), old);
});

test('while the queue has no room an act waits, and it goes on where it was when there is some', async () => {
  const { id, old } = await failed(12);
  await setTier(database.pool, 'pro', { maxPending: 5 });
  try {
    const act = await acceptTestAct(database, 'rerun', { workspaceId: id });
    const deps = testCarrier(database);
    await carryAllOn(deps);
    const waiting = await countsOf(database, act);
    assert.deepEqual([waiting.done, waiting.failed, waiting.open, waiting.waiting], [5, 0, 1, 1]);
    await endLeases(database);
    await carryAllOn(deps);
    assert.equal((await countsOf(database, act)).done, 5, 'still no room');
    await setTier(database.pool, 'pro', { maxPending: 100 });
    await endLeases(database);
    await carryAllOn(deps);
    const { done, open } = await countsOf(database, act);
    assert.deepEqual([done, open], [12, 0]);
    assert.deepEqual(await reruns(id), old);
  } finally {
    await setTier(database.pool, 'pro', { maxPending: 10_000 });
  }
});

test('inputs that are large together go in several transactions, and what cannot be run again is counted with the reason', async () => {
  const { id, old } = await failed(5, JSON.stringify('x'.repeat(400_000)));
  await database.pool.query('delete from payloads where execution_id = $1', [old[1]]);
  await database.pool.query('update ended_executions set workflow_type = $2 where id = $1', [
    old[3],
    'unknown',
  ]);
  await database.pool.query(
    `insert into workflow_types (name, seen_at) values ('untilTold', clock_timestamp())`,
  );
  const act = await acceptTestAct(database, 'rerun', { workspaceId: id });
  const sizes: number[] = [];
  const { enqueueBatch } = createEnqueue({ database, maxInputBytes: 1_000_000, maxHeldBytes: Infinity });
  await carryAllOn(
    testCarrier(database, (batch) => {
      sizes.push(batch.requests.length);
      return enqueueBatch(batch);
    }),
  );
  await database.pool.query('delete from workflow_types');
  const { done, failed: refused, open } = await countsOf(database, act);
  assert.deepEqual([done, refused, open], [3, 2, 0]);
  assert.ok(
    sizes.every((size) => size <= 2),
    sizes.join(),
  );
  assert.deepEqual(await reruns(id), [old[0], old[2], old[4]]);
  const { rows } = await database.pool.query('select last_failure from bulk_act_parts where act_id = $1', [
    act.id,
  ]);
  assert.match(rows[0].last_failure, /do not know the workflow type/);
});

test('what ends after the act was accepted is none of its own, nor are its own reruns', async () => {
  const { id, old } = await failed(2);
  const [late] = await insertPending(database.pool, id, 1);
  await database.pool.query('select pg_sleep(0.005)');
  const act = await acceptTestAct(database, 'rerun', { workspaceId: id });
  await database.pool.query('select pg_sleep(0.005)');
  await endRows(database.pool, [late], 'failed');
  await carryAllOn(testCarrier(database));
  assert.deepEqual([act.matching, (await countsOf(database, act)).done], [2, 2]);
  assert.deepEqual(await reruns(id), old);
});
