import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { beginDeletion } from '../../src/db/deletions/begin-deletion.ts';
import { CANCELLED_MAX_ROWS, endWork } from '../../src/db/deletions/end-work.ts';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { terminateExecution } from '../../src/db/executions/terminate-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { endRestoring } from '../../src/db/restore/end-restoring.ts';
import { findWorkspace } from '../../src/db/workspaces/find-workspace.ts';
import { WorkspaceNotFoundError } from '../../src/domain/refusals.ts';
import { createLog } from '../../src/process/log.ts';
import { startDeletionPoller } from '../../src/worker/deletions/deletion-poller.ts';
import type { HeldReservation, ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { acceptTestAct, carryAllOn, countsOf, testCarrier } from '../bulk-acts/act-on.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { completedReport, insertPending, insertWorkspace, requestOf, statuses } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

let workspaces = 0;
async function workspace(): Promise<string> {
  const id = `reserved-${++workspaces}`;
  await insertWorkspace(database.pool, id, { limitOverride: 1 });
  return id;
}

/** As a gate run holds it; `by: null` leaves a watermark that nobody holds. */
async function reserve(workspaceId: string, throughSeq: number, by: string | null = 'run'): Promise<void> {
  await database.pool.query(
    `update workspaces set reserved_through_seq = $2, reserved_limit = 1, reserved_by = $3, recall_wanted = false where id = $1`,
    [workspaceId, throughSeq, by],
  );
}

/** One that is scheduled, one that runs, and four in the queue, of which two are reserved unless told otherwise. In that order. */
async function busy(reservedThrough = 3): Promise<{ id: string; ids: string[] }> {
  const id = await workspace();
  const ids: string[] = [];
  for (const attributes of [
    { startAfter: new Date(Date.now() + 3_600_000).toISOString() },
    {},
    {},
    {},
    {},
    {},
  ]) {
    const { execution } = await enqueueOne(
      database,
      { workspaceId: id, input: '"input"', attributes },
      { maxInputBytes: 1_000, knownWorkflowTypes: null },
    );
    ids.push(execution.id);
  }
  await reconcileWorkspace(database, requestOf(id), { gateRunId: 'run', verifyAfterSeconds: 3_600 });
  await reserve(id, reservedThrough);
  return { id, ids };
}

const recallWanted = async (id: string) => (await findWorkspace(database.db, id)).recallWanted;

/** What the executions were asked for, their events of it, and what the workspace counts. */
async function kept(workspaceId: string) {
  const { rows: asked } = await database.pool.query(
    `select seq::integer, status, coalesce(cancel_requested_by, terminate_requested_by) as by from all_executions
     where workspace_id = $1 and (cancel_requested_at is not null or terminate_requested_at is not null) order by seq nulls first`,
    [workspaceId],
  );
  const { rows: events } = await database.pool.query(
    `select kind, seq::integer, status from events where workspace_id = $1 and kind in ('cancel_requested', 'terminate_requested', 'ended')
     order by number`,
    [workspaceId],
  );
  const { rows: counted } = await database.pool.query(
    `select pending, pending_bytes::integer, scheduled, running, last_event::integer,
       last_event - (select max(number) from events where workspace_id = $1) as uncounted from workspaces where id = $1`,
    [workspaceId],
  );
  assert.equal(Number(counted[0].uncounted), 0);
  return { asked, events, counted: counted[0] };
}

for (const [end, kind] of [
  [cancelExecution, 'cancel_requested'],
  [terminateExecution, 'terminate_requested'],
] as const)
  test(`a request to end a reserved execution is kept, and the reservation is to be recalled: ${kind}`, async () => {
    const { id, ids } = await busy();
    const { effect, execution, position } = await end(database, id, ids[3]!, 'key-1');
    assert.deepEqual([effect, execution.status, position?.position], ['requested', 'pending', 2]);
    assert.deepEqual(await kept(id), {
      asked: [{ seq: 3, status: 'pending', by: 'key-1' }],
      events: [{ kind, seq: 3, status: 'pending' }],
      counted: {
        pending: 4,
        pending_bytes: 28,
        scheduled: 1,
        running: 1,
        last_event: (await findWorkspace(database.db, id)).lastEvent,
        uncounted: '0',
      },
    });
    assert.equal(await recallWanted(id), true);
    const once = await kept(id);
    await reserve(id, 3);
    assert.equal((await end(database, id, ids[3]!, 'key-2')).effect, 'requested');
    assert.deepEqual(await kept(id), once, 'a repeat changes nothing');
    assert.equal(await recallWanted(id), false);
  });

test('what is behind the reserved executions, or scheduled, ends at once, and what runs is asked; none of it recalls the reservation', async () => {
  const { id, ids } = await busy();
  assert.equal((await cancelExecution(database, id, ids[0]!)).effect, 'cancelled');
  assert.equal((await cancelExecution(database, id, ids[1]!)).effect, 'requested');
  assert.equal((await terminateExecution(database, id, ids[4]!)).effect, 'terminated');
  assert.deepEqual(await statuses(database.pool, id), {
    cancelled: [0],
    running: [1],
    pending: [2, 3, 5],
    terminated: [4],
  });
  assert.equal(await recallWanted(id), false);
});

test('a watermark that no gate holds keeps nobody from ending an execution', async () => {
  const { id, ids } = await busy();
  await reserve(id, 3, null);
  assert.equal((await cancelExecution(database, id, ids[2]!)).effect, 'cancelled');
  await acceptTestAct(database, 'cancel', { workspaceId: id, status: 'pending' });
  await carryAllOn(testCarrier(database));
  assert.deepEqual(await statuses(database.pool, id), {
    scheduled: [0],
    running: [1],
    cancelled: [2, 3, 4, 5],
  });
  assert.equal(await recallWanted(id), false);
});

for (const [act, status, kind] of [
  ['cancel', 'cancelled', 'cancel_requested'],
  ['terminate', 'terminated', 'terminate_requested'],
] as const)
  test(`a bulk act asks for the end of reserved executions, ends the others that wait, and counts each of them: ${act}`, async () => {
    const { id } = await busy();
    const deps = testCarrier(database);
    const accepted = await acceptTestAct(database, act, { workspaceId: id }, { by: 'key-1' });
    await carryAllOn(deps);
    const { done, skipped } = await countsOf(database, accepted);
    assert.deepEqual([done, skipped], [6, 0]);
    assert.deepEqual(deps.takeWakes(), [id]);
    assert.equal(await recallWanted(id), true);
    const { asked, events, counted } = await kept(id);
    assert.deepEqual(asked, [
      { seq: null, status, by: 'key-1' },
      { seq: 1, status: 'running', by: 'key-1' },
      { seq: 2, status: 'pending', by: 'key-1' },
      { seq: 3, status: 'pending', by: 'key-1' },
      { seq: 4, status, by: 'key-1' },
      { seq: 5, status, by: 'key-1' },
    ]);
    assert.deepEqual(
      events.filter((event) => event.kind === kind).map((event) => [event.seq, event.status]),
      [
        [1, 'running'],
        [2, 'pending'],
        [3, 'pending'],
      ],
    );
    assert.deepEqual([counted.pending, counted.pending_bytes, counted.scheduled], [2, 14, 0]);
    await reserve(id, 3);
    const again = await acceptTestAct(database, act, { workspaceId: id });
    await carryAllOn(deps);
    const repeated = await countsOf(database, again);
    assert.deepEqual([repeated.done, repeated.skipped], [0, 3]);
    assert.deepEqual([deps.takeWakes(), await recallWanted(id)], [[], false]);
  });

test('a bulk act on what runs alone, or on what waits behind the reserved executions, recalls nothing', async () => {
  const { id } = await busy(1);
  await acceptTestAct(database, 'cancel', { workspaceId: id });
  await carryAllOn(testCarrier(database));
  assert.deepEqual(await statuses(database.pool, id), { cancelled: [2, 3, 4, 5, 0], running: [1] });
  assert.equal(await recallWanted(id), false);
});

/** A reconcile of the gate run that holds the reservation; it says what it holds. */
const reconcile = (
  id: string,
  reservation: Partial<HeldReservation>,
  fields: Partial<ReconcileRequest> = {},
) =>
  reconcileWorkspace(
    database,
    requestOf(id, {
      ...fields,
      reservation: { recallNumber: 0, isConfirmed: false, rows: 0, throughSeq: null, ...reservation },
    }),
    { gateRunId: 'run', verifyAfterSeconds: 3_600, reservations: true },
  );

test('once its gate has confirmed the recall, a reserved execution ends as was asked, unless it had been started: then it runs, and is asked', async () => {
  const id = await workspace();
  const [running, replaced, cancelled, terminated, last] = await insertPending(database.pool, id, 5);
  const first = await reconcile(id, {});
  assert.deepEqual(
    [first.claims.map(({ executionId }) => executionId), first.reservation?.rows.map(({ seq }) => seq)],
    [[running], [2, 3, 4, 5]],
  );
  assert.equal((await cancelExecution(database, id, replaced!)).effect, 'requested');
  assert.equal((await cancelExecution(database, id, cancelled!)).effect, 'requested');
  assert.equal((await terminateExecution(database, id, terminated!)).effect, 'requested');
  // The gate had started the second in the place of the first by then.
  const second = await reconcile(
    id,
    { rows: 3, throughSeq: 5 },
    {
      known: [running!, replaced!],
      closed: [completedReport(running!)],
      replacements: [{ executionId: replaced!, at: new Date().toISOString() }],
    },
  );
  assert.deepEqual(
    [second.reservation?.isRecalling, second.reservation?.recallNumber, second.cancel, second.givenBack],
    [true, 1, [replaced], []],
  );
  const third = await reconcile(id, { recallNumber: 1, isConfirmed: true }, { known: [replaced!] });
  assert.deepEqual(
    third.givenBack.map(({ executionId, status }) => [executionId, status]),
    [
      [cancelled, 'cancelled'],
      [terminated, 'terminated'],
    ],
  );
  assert.deepEqual(await statuses(database.pool, id), {
    completed: [1],
    running: [2],
    cancelled: [3],
    terminated: [4],
    pending: [5],
  });
  assert.deepEqual(
    third.reservation?.rows.map(({ executionId }) => executionId),
    [last],
  );
  await kept(id);
});

test('a deletion ends reserved executions once their gate has confirmed the recall that it brings', async () => {
  const id = await workspace();
  await insertPending(database.pool, id, 3);
  const { claims } = await reconcile(id, {});
  const known = claims.map(({ executionId }) => executionId);
  await beginDeletion(database, id, { endWork: true }, { by: null, source: 'api' });
  assert.deepEqual(await endWork(database, id), { cancelled: [], asked: 3, isReserved: true });
  assert.equal((await reconcile(id, { rows: 2, throughSeq: 3 }, { known })).reservation?.isRecalling, true);
  assert.deepEqual(await endWork(database, id), { cancelled: [], asked: 0, isReserved: true });
  const { givenBack } = await reconcile(id, { recallNumber: 1, isConfirmed: true }, { known });
  assert.deepEqual(
    givenBack.map(({ seq, status }) => [seq, status]),
    [
      [2, 'terminated'],
      [3, 'terminated'],
    ],
  );
  assert.deepEqual(await endWork(database, id), { cancelled: [], asked: 0 });
});

test('a deletion leaves reserved executions until their gate has given them back, and they fill no batch', async () => {
  const id = await workspace();
  await insertPending(database.pool, id, CANCELLED_MAX_ROWS + 2);
  await reserve(id, CANCELLED_MAX_ROWS + 1);
  await beginDeletion(database, id, { endWork: true }, { by: null, source: 'api' });
  const { cancelled, asked, isReserved } = await endWork(database, id);
  assert.deepEqual(
    [cancelled.map(({ seq }) => seq), asked, isReserved],
    [[CANCELLED_MAX_ROWS + 2], CANCELLED_MAX_ROWS + 1, true],
  );
  assert.equal((await findWorkspace(database.db, id)).pending, CANCELLED_MAX_ROWS + 1);
  await reserve(id, 0, null);
  const free = await endWork(database, id);
  assert.deepEqual([free.cancelled.length, 'isReserved' in free], [CANCELLED_MAX_ROWS, false]);
});

test('the gate of a workspace that is being deleted is woken until it has given its reservation back, and then it is deleted', async () => {
  const id = await workspace();
  await insertPending(database.pool, id, 2);
  await reserve(id, 2);
  await beginDeletion(database, id, { endWork: true }, { by: null, source: 'api' });
  let wakes = 0;
  const poller = startDeletionPoller({
    log: createLog({ level: 'silent', process: 'test' }),
    database,
    wakeGate: (woken) => void (woken === id && wakes++),
    endGate: () => Promise.resolve(true),
    measures: { endedWaiting: () => {} },
  });
  try {
    await eventually(() => assert.ok(wakes >= 2));
    assert.deepEqual(await statuses(database.pool, id), { pending: [1, 2] });
    await reserve(id, 0, null);
    await eventually(() => assert.rejects(findWorkspace(database.db, id), WorkspaceNotFoundError));
  } finally {
    await poller.stop();
  }
});

test('a database that goes on after a restore holds no reservation', async () => {
  const id = await workspace();
  await insertPending(database.pool, id, 3);
  await reserve(id, 2);
  await database.pool.query(
    `update workspaces set restoring_since = clock_timestamp(), is_recalling = true, recall_wanted = true, recall_number = 7 where id = $1`,
    [id],
  );
  for await (const ids of endRestoring(database.db)) assert.deepEqual(ids, [id]);
  const { reservedThroughSeq, reservedLimit, reservedBy, isRecalling, ...now } = await findWorkspace(
    database.db,
    id,
  );
  assert.deepEqual(
    [reservedThroughSeq, reservedLimit, reservedBy, isRecalling, now.recallWanted, now.recallNumber],
    [0, null, null, false, false, 8],
  );
});

test('a running execution whose end was asked for before its admission is looked for and not started, unless its start is recorded', async () => {
  const id = await workspace();
  const cases = [
    { cancel: '-1 s', terminate: null, run: null, next: 'verify', endRequested: 'cancel' },
    { cancel: null, terminate: '-1 s', run: null, next: 'verify', endRequested: 'terminate' },
    { cancel: '-2 s', terminate: '-1 s', run: null, next: 'verify', endRequested: 'terminate' },
    { cancel: '-1 s', terminate: '-2 s', run: null, next: 'verify', endRequested: 'terminate' },
    { cancel: '-1 s', terminate: '1 s', run: null, next: 'verify', endRequested: 'cancel' },
    { cancel: '-1 s', terminate: null, run: 'r', next: 'watch', endRequested: undefined },
    { cancel: '1 s', terminate: null, run: null, next: 'start', endRequested: undefined },
    { cancel: null, terminate: '1 s', run: null, next: 'start', endRequested: undefined },
    { cancel: null, terminate: null, run: null, next: 'start', endRequested: undefined },
  ];
  await insertPending(database.pool, id, cases.length);
  for (const [index, { cancel, terminate, run }] of cases.entries())
    await database.pool.query(
      `update executions set status = 'running', admitted_at = now(), run_id = $5,
         cancel_requested_at = now() + $3::interval, terminate_requested_at = now() + $4::interval where workspace_id = $1 and seq = $2`,
      [id, index + 1, cancel, terminate, run],
    );
  const { admitted } = await reconcileWorkspace(database, requestOf(id), {
    gateRunId: 'next',
    verifyAfterSeconds: 3_600,
  });
  assert.deepEqual(
    admitted.map(({ next, endRequested }) => ({ next, endRequested })),
    cases.map(({ next, endRequested }) => ({ next, endRequested })),
  );
  assert.equal('endRequested' in admitted.at(-1)!, false);
});
