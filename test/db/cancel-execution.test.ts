import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { openTestDatabase } from '../support/database.ts';
import { completedReport, insertPending, insertWorkspace, requestOf, statuses } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 10, lockTimeoutMs: 20_000 }));
});
after(() => close());

const reconcile = (workspaceId: string, fields = {}) =>
  reconcileWorkspace(database, requestOf(workspaceId, fields), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

test('a pending execution is cancelled at once and leaves the queue', async () => {
  await insertWorkspace(database.pool, 'pending');
  const [first, second] = await insertPending(database.pool, 'pending', 2);
  const { effect, execution, position } = await cancelExecution(database, 'pending', first!);
  assert.deepEqual([effect, execution.status, position], ['cancelled', 'cancelled', null]);
  assert.ok(execution.closedAt);
  assert.deepEqual((await findExecution(database.db, 'pending', second!)).position, {
    position: 1,
    isUpperBound: false,
  });
  const { rows } = await database.pool.query("select pending from workspaces where id = 'pending'");
  assert.deepEqual(rows, [{ pending: 1 }]);
  await reconcile('pending');
  assert.deepEqual(await statuses(database.pool, 'pending'), { cancelled: [1], running: [2] });
});

test('a running execution keeps the request until its gate has delivered it', async () => {
  await insertWorkspace(database.pool, 'running');
  const [id] = await insertPending(database.pool, 'running', 1);
  await reconcile('running');
  const first = await cancelExecution(database, 'running', id!);
  assert.deepEqual([first.effect, first.execution.status], ['requested', 'running']);
  const again = await cancelExecution(database, 'running', id!);
  assert.deepEqual(again.execution.cancelRequestedAt, first.execution.cancelRequestedAt);
  assert.deepEqual((await reconcile('running', { known: [id] })).cancel, [id]);
});

test('an execution that has ended stays as it is', async () => {
  await insertWorkspace(database.pool, 'ended');
  const [id] = await insertPending(database.pool, 'ended', 1);
  await reconcile('ended');
  await reconcile('ended', { closed: [completedReport(id!, '1.0')] });
  const earlier = await findExecution(database.db, 'ended', id!);
  const { effect, execution } = await cancelExecution(database, 'ended', id!);
  assert.equal(effect, 'had-ended');
  assert.deepEqual(execution, earlier.execution);
});

test('cancelling while the gate claims neither deadlocks nor turns a cancelled execution back', async () => {
  await insertWorkspace(database.pool, 'race', { limitOverride: 30 });
  const ids = await insertPending(database.pool, 'race', 60);
  const cancels = ids.filter((_, i) => i % 2 === 0).map((id) => cancelExecution(database, 'race', id));
  const claims = Array.from({ length: 10 }, () => reconcile('race'));
  const cancelled = await Promise.all(cancels);
  await Promise.all(claims);
  for (const { execution, effect } of cancelled) {
    const now = (await findExecution(database.db, 'race', execution.id)).execution;
    assert.equal(now.status, effect === 'cancelled' ? 'cancelled' : 'running');
    assert.equal(now.admittedAt !== null, effect === 'requested');
  }
  const { rows } = await database.pool.query(
    `select w.pending, (select count(*)::integer from all_executions e where e.workspace_id = w.id and e.status = 'pending') as counted
     from workspaces w where id = 'race'`,
  );
  assert.equal(rows[0].pending, rows[0].counted);
});

test('a position is counted up to 10,000 and a bound beyond', async () => {
  await insertWorkspace(database.pool, 'long');
  const ids = await insertPending(database.pool, 'long', 10_005);
  for (const index of [0, 9_998, 9_999]) {
    assert.deepEqual((await findExecution(database.db, 'long', ids[index]!)).position, {
      position: index + 1,
      isUpperBound: false,
    });
  }
  await cancelExecution(database, 'long', ids[5]!);
  assert.deepEqual((await findExecution(database.db, 'long', ids[10_000]!)).position, {
    position: 10_000,
    isUpperBound: false,
  });
  const last = (await findExecution(database.db, 'long', ids[10_003]!)).position!;
  assert.equal(last.isUpperBound, true);
  assert.ok(last.position >= 10_003 && last.position <= 10_004, String(last.position));
});
