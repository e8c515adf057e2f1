import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { endWork } from '../../src/db/deletions/end-work.ts';
import { type Reconciled, reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { pauseWorkspace, resumeWorkspace } from '../../src/db/workspaces/pause-workspace.ts';
import { putWorkspace } from '../../src/db/workspaces/put-workspace.ts';
import type { HeldReservation, ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { completedReport, requestOf } from '../support/rows.ts';

let testDatabase: TestDatabase;
let database: Database;
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} });
});
after(async () => {
  await database.close();
  await testDatabase.drop();
});

const RULES = { knownWorkflowTypes: null, maxInputBytes: 1_000_000 };
let workspaces = 0;

/** A workspace with room for two, and so many pending executions; ids in the order of the queue. */
async function workspaceWith(pending: number, inputs: Readonly<Record<number, string>> = {}) {
  const id = `w-${++workspaces}`;
  await putWorkspace(
    database,
    id,
    { tier: 'pro', limitOverride: 2, workers: 'pool' },
    { maxWorkspaces: 1_000 },
  );
  const ids: string[] = [];
  for (let n = 0; n < pending; n++) ids.push(await enqueued(id, inputs[n] ?? `${n}`));
  return { id, ids };
}

async function enqueued(workspaceId: string, input: string, startBefore?: Date): Promise<string> {
  const attributes = startBefore ? { startBefore } : null;
  const request = { workspaceId, input, attributes: attributes as never };
  return (await enqueueOne(database, request, RULES)).execution.id;
}

/** One reconcile of a gate that knows what it was told before. */
async function reconcile(
  workspaceId: string,
  {
    gateRunId = 'run-1',
    reservations = true,
    ...fields
  }: Partial<ReconcileRequest> & { gateRunId?: string; reservations?: boolean } = {},
): Promise<Reconciled> {
  const options = { gateRunId, verifyAfterSeconds: 3_600, reservations };
  return await reconcileWorkspace(database, requestOf(workspaceId, fields), options);
}

const held = (fields: Partial<HeldReservation> = {}): HeldReservation => ({
  recallNumber: 0,
  isConfirmed: false,
  rows: 0,
  throughSeq: null,
  ...fields,
});
const ended = (executionId: string) => completedReport(executionId, null);
const at = new Date().toISOString();
const seqsOf = ({ reservation }: Reconciled) => reservation?.rows.map(({ seq }) => seq);
const statusOf = async (id: string) =>
  (await database.pool.query<{ status: string }>('select status from all_executions where id = $1', [id]))
    .rows[0]!.status;

test('the rows behind those that are claimed are reserved, each is handed over once, and they stay pending', async () => {
  const { id, ids } = await workspaceWith(30);
  const first = await reconcile(id);
  assert.deepEqual(
    first.claims.map(({ seq }) => seq).toSorted((a, b) => a - b),
    [1, 2],
  );
  assert.deepEqual(
    seqsOf(first),
    Array.from({ length: 20 }, (_, n) => n + 3),
  );
  assert.equal(first.reservation?.rows[0]?.input, '2');
  const known = ids.slice(0, 2);
  const second = await reconcile(id, { known, reservation: held({ rows: 15, throughSeq: 22 }) });
  assert.deepEqual(seqsOf(second), [23, 24, 25, 26, 27]);
  assert.equal(second.pending, 28);
  assert.equal(await statusOf(ids[2]!), 'pending');
});

test('nothing is reserved where reservations are off, and the answer does not speak of them', async () => {
  const { id } = await workspaceWith(5);
  const answer = await reconcile(id, { reservations: false });
  assert.equal('reservation' in answer, false);
  const { rows } = await database.pool.query(
    'select reserved_by, reserved_through_seq from workspaces where id = $1',
    [id],
  );
  assert.deepEqual(rows, [{ reserved_by: null, reserved_through_seq: '0' }]);
});

test('a reservation that is switched off is recalled', async () => {
  const { id } = await workspaceWith(5);
  await reconcile(id);
  const { reservation } = await reconcile(id, {
    reservations: false,
    reservation: held({ rows: 3, throughSeq: 5 }),
  });
  assert.deepEqual([reservation?.isRecalling, reservation?.rows], [true, []]);
});

test('a row with a startBefore is not reserved, and nothing behind it: its time may pass while its gate holds it', async () => {
  const { id } = await workspaceWith(4);
  await enqueued(id, '4', new Date(Date.now() + 3_600_000));
  await enqueued(id, '5');
  assert.deepEqual(seqsOf(await reconcile(id)), [3, 4]);
});

test('an answer reserves no more input than its bound, and a row that is larger is not reserved', async () => {
  const large = JSON.stringify('x'.repeat(40_000));
  const { id } = await workspaceWith(6, { 2: large, 3: large });
  assert.deepEqual(seqsOf(await reconcile(id)), [3]);
});

test('replacements are claimed in the order of the queue, before the ends that come with them, and under the limit of their reservation', async () => {
  const { id, ids } = await workspaceWith(6);
  await reconcile(id);
  const answer = await reconcile(id, {
    known: ids.slice(0, 4),
    replacements: [
      { executionId: ids[2]!, at },
      { executionId: ids[3]!, at },
    ],
    closed: [ended(ids[0]!), ended(ids[2]!)],
    reservation: held({ rows: 2, throughSeq: 6 }),
  });
  assert.deepEqual(
    answer.replaced.map(({ seq }) => seq),
    [3, 4],
  );
  assert.deepEqual([answer.running, answer.pending, answer.claims], [2, 2, []]);
  const { rows } = await database.pool.query(
    `select seq::integer as seq, status, limit_at_admission as "limit", started_ahead from executions where workspace_id = $1 and status = 'running'
     union all select seq::integer, status, limit_at_admission, started_ahead from ended_executions where workspace_id = $1 order by seq`,
    [id],
  );
  assert.deepEqual(rows, [
    { seq: 1, status: 'completed', limit: 2, started_ahead: null },
    { seq: 2, status: 'running', limit: 2, started_ahead: null },
    { seq: 3, status: 'completed', limit: 2, started_ahead: true },
    { seq: 4, status: 'running', limit: 2, started_ahead: true },
  ]);
});

test('a request of a lost task that comes after a later recall was confirmed claims nothing', async () => {
  const { id, ids } = await workspaceWith(5);
  await reconcile(id);
  const late = {
    known: ids.slice(0, 3),
    replacements: [{ executionId: ids[2]!, at }],
    reservation: held({ rows: 2, throughSeq: 5 }),
  };
  await pauseWorkspace(database, id, { reason: 'r', until: null }, { source: 'api', by: null });
  await reconcile(id, { known: ids.slice(0, 2), reservation: held({ rows: 3, throughSeq: 5 }) });
  await reconcile(id, { known: ids.slice(0, 2), reservation: held({ recallNumber: 1, isConfirmed: true }) });
  await resumeWorkspace(database, id, { source: 'api', by: null, reason: null });
  const again = await reconcile(id, { known: ids.slice(0, 2), reservation: held({ recallNumber: 1 }) });
  assert.deepEqual(seqsOf(again), [3, 4, 5], 'the same run holds the same rows again');
  const { replaced, running } = await reconcile(id, late);
  assert.deepEqual([replaced, running], [[], 2]);
});

test('a row whose end was asked for ends when the recall is confirmed, and not before', async () => {
  const { id, ids } = await workspaceWith(4);
  await reconcile(id);
  const known = ids.slice(0, 2);
  await cancelExecution(database, id, ids[2]!);
  const recalled = await reconcile(id, { known, reservation: held({ rows: 2, throughSeq: 4 }) });
  assert.deepEqual([recalled.reservation?.isRecalling, recalled.reservation?.recallNumber], [true, 1]);
  const unconfirmed = await reconcile(id, { known, reservation: held({ recallNumber: 1 }) });
  assert.deepEqual([unconfirmed.reservation?.isRecalling, unconfirmed.givenBack], [true, []]);
  assert.equal(await statusOf(ids[2]!), 'pending');
  const confirmed = await reconcile(id, {
    known,
    reservation: held({ recallNumber: 1, isConfirmed: true }),
  });
  assert.deepEqual(confirmed.givenBack, [{ executionId: ids[2]!, seq: 3, status: 'cancelled' }]);
  assert.deepEqual([confirmed.reservation?.isRecalling, seqsOf(confirmed)], [false, [4]]);
});

test('another run gets no reservation until the last row of the one before it is claimed, unless that was handed on', async () => {
  const { id, ids } = await workspaceWith(4);
  await reconcile(id);
  const known = ids.slice(0, 2);
  const other = await reconcile(id, { gateRunId: 'run-2', known });
  assert.deepEqual([other.reservation?.isRecalling, seqsOf(other)], [false, []]);
  const next = await reconcile(id, {
    gateRunId: 'run-3',
    known,
    reservation: held({ releasedBy: 'run-1' }),
  });
  assert.deepEqual(seqsOf(next), [3, 4]);
});

test('a deletion does not wait for a gate run that is gone: what it may have started is looked for, and what it has not ends unseen', async () => {
  const { id, ids } = await workspaceWith(6);
  await reconcile(id);
  await database.pool.query('update workspaces set deleting_since = clock_timestamp() where id = $1', [id]);
  await endWork(database, id);
  const answer = await reconcile(id, {
    gateRunId: 'run-2',
    known: ids.slice(0, 2),
    closed: [ended(ids[0]!), ended(ids[1]!)],
  });
  assert.deepEqual(
    answer.admitted.map(({ seq, next, endRequested }) => [seq, next, endRequested]),
    [
      [3, 'verify', 'terminate'],
      [4, 'verify', 'terminate'],
    ],
  );
  const last = await reconcile(id, {
    gateRunId: 'run-2',
    known: ids.slice(2, 4),
    closed: ids.slice(2, 4).map(ended),
  });
  const rest = await reconcile(id, {
    gateRunId: 'run-2',
    known: ids.slice(4),
    closed: last.admitted.map(({ executionId }) => ended(executionId)),
  });
  assert.equal(rest.isEmptied, true);
});
