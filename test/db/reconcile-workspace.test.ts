import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { WorkspaceNotFoundError } from '../../src/domain/refusals.ts';
import type { ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { patchWorkspace } from '../../src/db/workspaces/patch-workspace.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import {
  endRows,
  completedReport,
  insertPending,
  insertWorkspace,
  requestOf,
  setTier,
  statuses,
} from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const VERIFY_AFTER_SECONDS = 3600;
const reconcile = (request: ReconcileRequest) =>
  reconcileWorkspace(database, request, {
    gateRunId: 'run',
    verifyAfterSeconds: VERIFY_AFTER_SECONDS,
  });

async function workspaceRow(id: string) {
  const { rows } = await database.pool.query(`select * from workspaces where id = $1`, [id]);
  return rows[0] as {
    pending: number;
    running: number;
    limit_override: number | null;
    sweep_wakes: number;
    reconciled_at: Date;
  };
}

test('the oldest pending rows are claimed in seq order up to the limit', async () => {
  await insertWorkspace(database.pool, 'order');
  const ids = await insertPending(database.pool, 'order', 8);
  const { admitted, pending } = await reconcile(requestOf('order'));
  assert.deepEqual(
    admitted.map((row) => row.executionId),
    ids.slice(0, 5),
  );
  assert.equal(pending, 3);
  assert.deepEqual(await statuses(database.pool, 'order'), { pending: [6, 7, 8], running: [1, 2, 3, 4, 5] });
});

test('a gate that can start only so many gets no more claimed, and hears that rows were held back', async () => {
  await insertWorkspace(database.pool, 'paced');
  await insertPending(database.pool, 'paced', 7);
  const ids = (rows: Awaited<ReturnType<typeof reconcile>>) => rows.admitted.map((row) => row.seq);
  const first = await reconcile(requestOf('paced', { startsAtMost: 2 }));
  assert.deepEqual([ids(first), first.pending, first.startsHeldBack], [[1, 2], 5, true]);
  // Another gate, that knows of none: claimed executions come first.
  const second = await reconcile(requestOf('paced', { startsAtMost: 1 }));
  assert.deepEqual([ids(second), second.claims.length, second.startsHeldBack], [[1], 0, true]);
  const third = await reconcile(requestOf('paced', { startsAtMost: 4 }));
  assert.deepEqual([ids(third), third.claims.length, third.startsHeldBack], [[1, 2, 3, 4], 2, true]);
  const known = third.admitted.map((row) => row.executionId);
  const fourth = await reconcile(requestOf('paced', { known, startsAtMost: 1 }));
  assert.deepEqual([ids(fourth), fourth.pending, fourth.startsHeldBack], [[5], 2, false]);
});

test('executions whose start is recorded are handed over to be watched, however few a gate can start', async () => {
  await insertWorkspace(database.pool, 'paced-watches');
  const ids = await insertPending(database.pool, 'paced-watches', 3);
  const started = ids.slice(0, 2).map((executionId) => ({ executionId, runId: 'r' }));
  await reconcile(requestOf('paced-watches'));
  const { admitted, more, startsHeldBack } = await reconcile(
    requestOf('paced-watches', { started, startsAtMost: 0 }),
  );
  assert.deepEqual(
    admitted.map(({ seq, next }) => [seq, next]),
    [
      [1, 'watch'],
      [2, 'watch'],
    ],
  );
  assert.deepEqual([more, startsHeldBack], [false, true]);
});

test('run twice, reconcile claims nothing more and returns the same rows', async () => {
  await insertWorkspace(database.pool, 'twice');
  await insertPending(database.pool, 'twice', 8);
  const first = await reconcile(requestOf('twice'));
  const second = await reconcile(requestOf('twice'));
  assert.deepEqual(second.admitted, first.admitted);
  const known = first.admitted.map((row) => row.executionId);
  assert.deepEqual((await reconcile(requestOf('twice', { known }))).admitted, []);
});

test('closing and claiming are one transaction: a slot is handed over', async () => {
  await insertWorkspace(database.pool, 'handover');
  const ids = await insertPending(database.pool, 'handover', 7);
  const known = (await reconcile(requestOf('handover'))).admitted.map((row) => row.executionId);
  const { admitted } = await reconcile(
    requestOf('handover', { known, closed: [completedReport(ids[1]!, '1.0')] }),
  );
  assert.deepEqual(
    admitted.map((row) => row.executionId),
    [ids[5]],
  );
  const { rows } = await database.pool.query('select status, result from all_executions where id = $1', [
    ids[1],
  ]);
  assert.deepEqual(rows, [{ status: 'completed', result: '1.0' }]);
  // The same report again, as after a lost answer, hands nothing over a second time.
  const again = await reconcile(requestOf('handover', { known, closed: [completedReport(ids[1]!, '2.0')] }));
  assert.deepEqual(
    again.admitted.map((row) => row.executionId),
    [ids[5]],
  );
  assert.deepEqual(await statuses(database.pool, 'handover'), {
    completed: [2],
    pending: [7],
    running: [1, 3, 4, 5, 6],
  });
});

test('CAP: many reconciles of one workspace at once never claim more than the limit', async () => {
  // A count that is out of date by the time of its claim needs luck: many rounds, on connections that are open already.
  for (let round = 0; round < 40; round++) {
    const workspace = `crowd-${round}`;
    await insertWorkspace(database.pool, workspace);
    await insertPending(database.pool, workspace, 40);
    await Promise.all(Array.from({ length: 8 }, () => reconcile(requestOf(workspace))));
    assert.deepEqual((await statuses(database.pool, workspace))['running'], [1, 2, 3, 4, 5]);
  }
});

test('a cancellation that comes first is not undone by a claim that waited for it', async () => {
  await insertWorkspace(database.pool, 'cancel-first', { limitOverride: 1 });
  const [first] = await insertPending(database.pool, 'cancel-first', 2);
  const other = await database.pool.connect();
  try {
    await other.query('begin');
    await other.query(`select 1 from workspaces where id = 'cancel-first' for update`);
    const claiming = reconcile(requestOf('cancel-first'));
    await endRows(other, [first], 'cancelled');
    await other.query(`update workspaces set pending = pending - 1 where id = 'cancel-first'`);
    await other.query('commit');
    assert.deepEqual(
      (await claiming).admitted.map((row) => row.seq),
      [2],
    );
  } finally {
    other.release();
  }
  assert.deepEqual(await statuses(database.pool, 'cancel-first'), { cancelled: [1], running: [2] });
});

test('a cancellation that took no workspace lock, and commits while a claim waits for its row, stands', async () => {
  await insertWorkspace(database.pool, 'cancel-meanwhile', { limitOverride: 1 });
  const [first] = await insertPending(database.pool, 'cancel-meanwhile', 2);
  const other = await database.pool.connect();
  try {
    await other.query('begin');
    await endRows(other, [first], 'cancelled');
    const claiming = reconcile(requestOf('cancel-meanwhile'));
    await eventually(async () => {
      const { rows } = await database.pool.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      assert.equal(rows.length, 1, 'the claim waits');
    });
    await other.query('commit');
    await claiming;
  } finally {
    other.release();
  }
  assert.equal((await statuses(database.pool, 'cancel-meanwhile'))['cancelled']?.[0], 1);
});

test('an answer stays under the bytes that Temporal takes, oldest first, at least one, and says that there is more', async () => {
  await insertWorkspace(database.pool, 'big', { limitOverride: 10 });
  const input = JSON.stringify('x'.repeat(300_000));
  const ids = await insertPending(database.pool, 'big', 10, input);
  const seen: string[] = [];
  let more = true;
  for (let round = 0; more; round++) {
    assert.ok(round < 10, 'each answer brings at least one row');
    const answer = await reconcile(requestOf('big', { known: seen }));
    assert.ok(Buffer.byteLength(JSON.stringify(answer.admitted)) < 1_900_000);
    seen.push(...answer.admitted.map((row) => row.executionId));
    more = answer.more;
  }
  assert.deepEqual(seen, ids);
});

test('a row whose start is recorded comes back without its input, to be watched', async () => {
  await insertWorkspace(database.pool, 'recorded');
  const [id] = await insertPending(database.pool, 'recorded', 1, '{"a":1}');
  await reconcile(requestOf('recorded'));
  await reconcile(
    requestOf('recorded', { known: [id!], started: [{ executionId: id!, runId: 'first-run' }] }),
  );
  const { admitted } = await reconcile(requestOf('recorded'));
  assert.equal(admitted[0]!.next, 'watch');
  assert.equal(admitted[0]!.input, null);
});

test('a row admitted longer ago than Temporal remembers is looked for before it is started', async () => {
  await insertWorkspace(database.pool, 'ancient');
  await insertPending(database.pool, 'ancient', 1, '1');
  await reconcile(requestOf('ancient'));
  await database.pool.query(
    `update executions set admitted_at = now() - interval '2 hours' where workspace_id = 'ancient'`,
  );
  const { admitted } = await reconcile(requestOf('ancient'));
  assert.equal(admitted[0]!.next, 'verify');
  assert.equal(admitted[0]!.input, null);
});

test('a cancel request is returned until it is delivered', async () => {
  await insertWorkspace(database.pool, 'request');
  const [id] = await insertPending(database.pool, 'request', 1);
  await reconcile(requestOf('request'));
  await database.pool.query(`update executions set cancel_requested_at = now() where id = $1`, [id]);
  assert.equal((await reconcile(requestOf('request'))).admitted[0]!.cancelRequested, true);
  assert.deepEqual((await reconcile(requestOf('request', { known: [id!] }))).cancel, [id]);
  assert.deepEqual(
    (await reconcile(requestOf('request', { known: [id!], cancelsDelivered: [id!] }))).cancel,
    [],
  );
});

test('an override asked for by signal is written once, however often its reconcile is retried', async () => {
  await insertWorkspace(database.pool, 'signal');
  const request = { key: 'run/0', limitOverride: 7 };
  assert.equal((await reconcile(requestOf('signal', { overrideWishes: [request] }))).limit, 7);
  await database.pool.query(
    `update workspaces set limit_override = 3, limit_in_force = 3 where id = 'signal'`,
  );
  const retried = await reconcile(requestOf('signal', { overrideWishes: [request] }));
  assert.equal(retried.limit, 3, 'the newer choice stands');
  const { rows } = await database.pool.query(
    `select source, "limit" from limit_changes where workspace_id = 'signal'`,
  );
  assert.deepEqual(rows, [{ source: 'signal', limit: 7 }]);
});

test('an override whose signal may have been delivered again is written unless it is the last one that was signalled', async () => {
  await insertWorkspace(database.pool, 'again');
  let delivered = 0;
  const signal = async (limitOverride: number | null, maybeRepeated = true) =>
    (
      await reconcile(
        requestOf('again', {
          overrideWishes: [{ key: `again/${delivered++}`, limitOverride, maybeRepeated }],
        }),
      )
    ).limit;
  assert.equal(await signal(7), 7, 'none was signalled before');
  await database.pool.query(
    `update workspaces set limit_override = 3, limit_in_force = 3 where id = 'again'`,
  );
  assert.equal(await signal(7), 3, 'the newer choice stands');
  assert.equal(await signal(null), 5, 'that is another signal');
  assert.equal(await signal(null), 5);
  assert.equal(await signal(null, false), 5);
  const { rows } = await database.pool.query(
    `select limit_override as override from limit_changes where workspace_id = 'again' order by id`,
  );
  assert.deepEqual(
    rows.map(({ override }) => override),
    [7, null, null],
  );
});

test('a limit that the row of the tier has changed is recorded when it is first used, and holds from then on', async (t) => {
  await insertWorkspace(database.pool, 'follows');
  await insertWorkspace(database.pool, 'own', { limitOverride: 4 });
  await insertPending(database.pool, 'follows', 9);
  t.after(() => setTier(database.pool, 'pro', { limit: 5, maxDurationSeconds: 86_400 }));
  await setTier(database.pool, 'pro', { limit: 6, maxDurationSeconds: 7 });
  const { limit, limitSource, admitted } = await reconcile(requestOf('follows'));
  assert.deepEqual([limit, limitSource, admitted.length], [6, 'tier', 6]);
  assert.deepEqual(new Set(admitted.map(({ maxDurationSeconds }) => maxDurationSeconds)), new Set([7]));
  await reconcile(requestOf('follows'));
  assert.equal((await reconcile(requestOf('own'))).limit, 4);
  const { rows } = await database.pool.query(
    `select workspace_id as id, source, "limit" from limit_changes where workspace_id in ('follows', 'own')`,
  );
  assert.deepEqual(rows, [{ id: 'follows', source: 'tier', limit: 6 }]);
});

test('a tier that somebody holds delays no reconcile and no enqueue of its workspaces', async () => {
  await insertWorkspace(database.pool, 'beside');
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(`select from tiers for update`);
    await holder.query(`update tiers set "limit" = 1`);
    await insertPending(database.pool, 'beside', 1);
    assert.equal((await reconcile(requestOf('beside'))).limit, 5);
    const request = { workspaceId: 'beside', workflowType: 't', input: null, idempotencyKey: null };
    await enqueueOne(database, request, { maxInputBytes: 1, knownWorkflowTypes: null });
    await patchWorkspace(database, 'beside', { tier: 'enterprise' });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

test('without claim, reconcile records and admits nothing', async () => {
  await insertWorkspace(database.pool, 'ending');
  const ids = await insertPending(database.pool, 'ending', 6);
  const known = (await reconcile(requestOf('ending'))).admitted.map((row) => row.executionId);
  const { admitted } = await reconcile(
    requestOf('ending', { known, closed: [completedReport(ids[0]!)], claim: false }),
  );
  assert.deepEqual(admitted, []);
  assert.deepEqual(await statuses(database.pool, 'ending'), {
    completed: [1],
    pending: [6],
    running: [2, 3, 4, 5],
  });
});

test("reconcile stamps its workspace, clears what the sweep counted, and keeps the queue's count exact", async () => {
  await insertWorkspace(database.pool, 'stamp');
  await insertPending(database.pool, 'stamp', 9);
  await database.pool.query(`update workspaces set sweep_wakes = 2, pending = 4 where id = 'stamp'`);
  await reconcile(requestOf('stamp'));
  const { sweep_wakes, running, reconciled_at } = await workspaceRow('stamp');
  assert.deepEqual({ sweep_wakes, running }, { sweep_wakes: 0, running: 5 });
  assert.ok(Date.now() - reconciled_at.getTime() < 60_000);
  await database.pool.query(`update workspaces set limit_override = 100 where id = 'stamp'`);
  await reconcile(requestOf('stamp'));
  assert.equal(
    (await workspaceRow('stamp')).pending,
    0,
    'an empty queue counts as empty, whatever the counter said',
  );
});

test('a workspace that does not exist is refused by name', async () => {
  await assert.rejects(
    reconcile(requestOf('nobody')),
    (error) => error instanceof WorkspaceNotFoundError && /nobody/.test(error.message),
  );
});

test('what a process of an older release claims, which keeps no bounds, is counted', async () => {
  await insertWorkspace(database.pool, 'two-releases', { limitOverride: 2 });
  await insertPending(database.pool, 'two-releases', 4);
  // Nothing runs, and the queue is not empty.
  await reconcile(requestOf('two-releases', { claim: false }));
  await database.pool.query(
    `update executions set status = 'running', admitted_at = now() where workspace_id = 'two-releases' and seq <= 2`,
  );
  const { running, claims } = await reconcile(requestOf('two-releases'));
  assert.deepEqual({ running, claims }, { running: 2, claims: [] });
});
