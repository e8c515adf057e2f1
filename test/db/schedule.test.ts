import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { terminateExecution } from '../../src/db/executions/terminate-execution.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { advanceSchedule } from '../../src/db/schedule/advance-schedule.ts';
import { ENTERED_MAX_ROWS } from '../../src/db/schedule/enter-queue.ts';
import { EXPIRED_MAX_ROWS } from '../../src/db/schedule/expire-overdue.ts';
import { findDueWorkspaces } from '../../src/db/schedule/find-due-workspaces.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { EnqueueRequest } from '../../src/enqueue/enqueue-request.ts';
import type { RequestAttributes } from '../../src/enqueue/request-attributes.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne, enqueueRequest } from '../support/enqueue.ts';
import { insertWorkspace, requestOf, setTier, statuses } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 10, lockTimeoutMs: 20_000 }));
});
after(() => close());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

let workspaces = 0;
async function workspace(): Promise<string> {
  const id = `ws-${++workspaces}`;
  await insertWorkspace(database.pool, id);
  return id;
}

const enqueue = async (
  workspaceId: string,
  attributes: RequestAttributes | null = null,
  fields: Partial<EnqueueRequest> = {},
) =>
  await enqueueOne(
    database,
    { workspaceId, attributes, ...fields },
    { maxInputBytes: 2 ** 21, knownWorkflowTypes: null },
  );

const idOf = async (workspaceId: string, attributes: RequestAttributes) =>
  (await enqueue(workspaceId, attributes)).execution.id;

/** Moves a time of executions into the past, by so many seconds, as if that had passed. */
async function passed(column: 'start_after' | 'start_before', ids: readonly string[], seconds: number) {
  await database.pool.query(
    `update executions set ${column} = clock_timestamp() - make_interval(secs => $2) where id = any($1)`,
    [ids, seconds],
  );
}

const reconcile = (workspaceId: string, fields = {}) =>
  reconcileWorkspace(database, requestOf(workspaceId, fields), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

async function counters(workspaceId: string) {
  const { rows } = await database.pool.query<Record<string, number>>(
    `select pending, pending_bytes::integer, scheduled, scheduled_bytes::integer, has_work, last_seq::integer, last_event::integer
     from workspaces where id = $1`,
    [workspaceId],
  );
  return rows[0]!;
}

async function events(workspaceId: string): Promise<(string | number | null)[][]> {
  const { rows } = await database.pool.query<Record<string, string | number | null>>(
    'select number::integer, kind, seq::integer, status from events where workspace_id = $1 order by number',
    [workspaceId],
  );
  assert.deepEqual(
    rows.map(({ number }) => number),
    rows.map((_, index) => index + 1),
    'numbers have no gap',
  );
  return rows.map(({ kind, seq, status }) => [kind!, seq!, status!]);
}

test('a scheduled execution has no seq and no position, is counted, and is no work yet', async () => {
  const id = await workspace();
  const { execution, position, waitsForAnEnd } = await enqueue(
    id,
    { startAfter: inHours(1) },
    { input: '"é"' },
  );
  assert.deepEqual(
    [execution.status, execution.seq, position, waitsForAnEnd],
    ['scheduled', null, null, false],
  );
  assert.deepEqual(await findExecution(database.db, id, execution.id), { execution, position: null });
  assert.deepEqual(await counters(id), {
    pending: 0,
    pending_bytes: 0,
    scheduled: 1,
    scheduled_bytes: 4,
    has_work: false,
    last_seq: 0,
    last_event: 1,
  });
  assert.deepEqual(await events(id), [['scheduled', null, 'scheduled']]);
  assert.deepEqual(await advanceSchedule(database, id), { entered: [], expired: [] });
  assert.deepEqual((await reconcile(id)).claims, []);
});

test('a startAfter that has passed means at once', async () => {
  const id = await workspace();
  const { execution, position } = await enqueue(id, { startAfter: inHours(-1) });
  assert.deepEqual([execution.status, execution.seq, position?.position], ['pending', 1, 1]);
  assert.deepEqual(await events(id), [['accepted', 1, 'pending']]);
});

test("whether a time has passed is decided by Postgres' clock alone", async (t) => {
  const id = await workspace();
  const [soon, later] = [inHours(1), inHours(2)];
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 48 * HOUR_MS });
  const { execution } = await enqueue(id, { startAfter: soon, startBefore: later });
  assert.equal(execution.status, 'scheduled');
  await assert.rejects(enqueue(id, { startBefore: inHours(-49) }), /startBefore has passed/);
});

test('what is due enters behind the queue in the order of its times, and numbers have no gap', async () => {
  const id = await workspace();
  const ids = [];
  for (const hours of [3, 1, 2, 5]) ids.push(await idOf(id, { startAfter: inHours(hours) }));
  await enqueue(id);
  for (const [index, seconds] of [10, 30, 20].entries()) await passed('start_after', [ids[index]!], seconds);
  const { entered, expired } = await advanceSchedule(database, id);
  assert.deepEqual(
    entered.map(({ executionId, seq }) => [executionId, seq]),
    [
      [ids[1], 2],
      [ids[2], 3],
      [ids[0], 4],
    ],
  );
  assert.deepEqual(expired, []);
  const after = await counters(id);
  assert.deepEqual([after['pending'], after['scheduled'], after['last_seq']], [4, 1, 4]);
  assert.deepEqual((await events(id)).slice(-3), [
    ['accepted', 2, 'pending'],
    ['accepted', 3, 'pending'],
    ['accepted', 4, 'pending'],
  ]);
  assert.equal((await findExecution(database.db, id, ids[2]!)).position?.position, 3);
});

test('several pollers at once put each execution into the queue once', async () => {
  const id = await workspace();
  const ids = await Promise.all(Array.from({ length: 40 }, () => idOf(id, { startAfter: inHours(1) })));
  await passed('start_after', ids, 5);
  const all = await Promise.all(Array.from({ length: 6 }, () => advanceSchedule(database, id)));
  const entered = all.flatMap((one) => one.entered);
  assert.deepEqual(
    entered.map(({ seq }) => seq).sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
  assert.deepEqual(new Set(entered.map(({ executionId }) => executionId)), new Set(ids));
  assert.deepEqual(await findDueWorkspaces(database.db, { except: [] }), []);
});

test('what is due and what is asked for at the same moment get numbers of their own', async () => {
  const id = await workspace();
  for (let round = 0; round < 10; round++) {
    const due = await Promise.all(Array.from({ length: 5 }, () => idOf(id, { startAfter: inHours(1) })));
    await passed('start_after', due, 5);
    await Promise.all([
      ...Array.from({ length: 3 }, () => enqueue(id)),
      advanceSchedule(database, id),
      ...Array.from({ length: 3 }, () => enqueue(id)),
    ]);
  }
  const { rows } = await database.pool.query<{ seq: number }>(
    'select seq::integer from executions where workspace_id = $1 order by seq',
    [id],
  );
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    Array.from({ length: 110 }, (_, index) => index + 1),
  );
  await events(id);
});

test('one transaction takes a bounded number of rows and bytes, and one row of any size', async () => {
  await setTier(database.pool, 'pro', { maxPending: 100_000, maxPendingBytes: 2 ** 30 });
  const many = await workspace();
  await database.pool.query(
    `with counted as (update workspaces set scheduled = $2 where id = $1)
     insert into executions (id, workspace_id, status, workflow_type, start_after)
     select gen_random_uuid(), $1, 'scheduled', 't', clock_timestamp() - interval '1 minute' from generate_series(1, $2)`,
    [many, ENTERED_MAX_ROWS + 1],
  );
  assert.equal((await advanceSchedule(database, many)).entered.length, ENTERED_MAX_ROWS);
  assert.equal((await advanceSchedule(database, many)).entered.length, 1);

  const heavy = await workspace();
  const input = JSON.stringify('x'.repeat(600_000));
  const larger = JSON.stringify('x'.repeat(1_100_000));
  const ids = [];
  for (const text of [larger, input, input])
    ids.push((await enqueue(heavy, { startAfter: inHours(1) }, { input: text })).execution.id);
  for (const [index, id] of ids.entries()) await passed('start_after', [id], 10 - index);
  const taken = [];
  for (let n = 0; n < 3; n++) taken.push((await advanceSchedule(database, heavy)).entered.length);
  assert.deepEqual(taken, [1, 1, 1]);
  const { scheduled_bytes: left, pending_bytes: waiting } = await counters(heavy);
  assert.deepEqual([left, waiting], [0, 2_300_006]);
  await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
});

test('scheduled executions count against depth and bytes when they are accepted, and never later', async () => {
  const id = await workspace();
  await setTier(database.pool, 'pro', { maxPending: 2, maxPendingBytes: 2 ** 20 });
  try {
    const first = await idOf(id, { startAfter: inHours(1) });
    await enqueue(id);
    await assert.rejects(enqueue(id), { name: 'QueueFullError', pending: 2 });
    await assert.rejects(enqueue(id, { startAfter: inHours(1) }), { name: 'QueueFullError' });
    await passed('start_after', [first], 5);
    await setTier(database.pool, 'pro', { maxPending: 1 });
    assert.equal((await advanceSchedule(database, id)).entered.length, 1);

    const heavy = await workspace();
    await setTier(database.pool, 'pro', { maxPending: 10, maxPendingBytes: 2 ** 20 });
    const input = JSON.stringify('x'.repeat(600_000));
    await enqueue(heavy, { startAfter: inHours(1) }, { input });
    await assert.rejects(enqueue(heavy, null, { input }), { name: 'QueueBytesFullError' });
  } finally {
    await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
  }
});

test('a key stands for a scheduled execution as for any other, before and after its time', async () => {
  const id = await workspace();
  const attributes = { startAfter: inHours(1) };
  const first = await enqueue(id, attributes, { idempotencyKey: 'k' });
  const again = await enqueue(id, attributes, { idempotencyKey: 'k' });
  assert.deepEqual([again.kind, again.execution.id], ['repeated', first.execution.id]);
  await assert.rejects(enqueue(id, null, { idempotencyKey: 'k' }), { name: 'IdempotencyKeyReusedError' });
  await passed('start_after', [first.execution.id], 5);
  await advanceSchedule(database, id);
  const later = await enqueue(id, attributes, { idempotencyKey: 'k' });
  assert.deepEqual([later.kind, later.execution.seq, later.position?.position], ['repeated', 1, 1]);
});

for (const [end, status, failure] of [
  [cancelExecution, 'cancelled', null],
  [terminateExecution, 'terminated', 'Terminated on request while it was scheduled.'],
] as const) {
  test(`a scheduled execution that is ${status} never enters the queue`, async () => {
    const id = await workspace();
    const { execution } = await enqueue(id, { startAfter: inHours(1) }, { input: '123' });
    const ended = await end(database, id, execution.id);
    assert.deepEqual(
      [ended.effect, ended.execution.status, ended.execution.seq, ended.execution.failureMessage],
      [status, status, null, failure],
    );
    const { scheduled, scheduled_bytes: bytes, last_seq: seq } = await counters(id);
    assert.deepEqual([scheduled, bytes, seq], [0, 0, 0]);
    assert.deepEqual(await events(id), [
      ['scheduled', null, 'scheduled'],
      ['ended', null, status],
    ]);
  });
}

test('a cancellation that races with the time of its execution finds it on one side of it', async () => {
  for (let round = 0; round < 20; round++) {
    const id = await workspace();
    const executionId = await idOf(id, { startAfter: inHours(1) });
    await passed('start_after', [executionId], 1);
    const [{ entered }, { effect, execution }] = await Promise.all([
      advanceSchedule(database, id),
      cancelExecution(database, id, executionId),
    ]);
    assert.deepEqual([effect, execution.status], ['cancelled', 'cancelled']);
    assert.equal(execution.seq, entered[0]?.seq ?? null);
    const { pending, scheduled, last_seq: seq } = await counters(id);
    assert.deepEqual([pending, scheduled, seq], [0, 0, entered.length]);
    await events(id);
  }
});

test('an execution is never admitted at or after its startBefore, whether or not it has ended yet', async () => {
  const id = await workspace();
  const late = await idOf(id, { startBefore: inHours(1) });
  const inTime = await idOf(id, { startBefore: inHours(1) });
  await enqueue(id, null, { input: '12' });
  await passed('start_before', [late], 0);
  const { claims, pending, startsHeldBack } = await reconcile(id);
  assert.deepEqual([claims.map(({ seq }) => seq), pending, startsHeldBack], [[2, 3], 1, false]);
  assert.equal((await findExecution(database.db, id, inTime)).execution.status, 'running');
  assert.deepEqual((await reconcile(id)).claims, []);
  const before = await counters(id);
  assert.deepEqual([before['pending'], before['pending_bytes'], before['has_work']], [1, 0, true]);

  const { expired } = await advanceSchedule(database, id);
  assert.deepEqual(expired, [{ executionId: late, seq: 1 }]);
  const { execution, position } = await findExecution(database.db, id, late);
  assert.deepEqual([execution.status, execution.failureType, position], ['expired', 'Expired', null]);
  assert.match(execution.failureMessage!, /^It was not admitted before its startBefore, 2\d{3}-.*Z\.$/);
  assert.equal(execution.admittedAt, null);
  assert.equal((await counters(id))['pending'], 0);
  assert.deepEqual((await events(id)).at(-1), ['ended', 1, 'expired']);
  assert.deepEqual(await statuses(database.pool, id), { expired: [1], running: [2, 3] });
});

test('what waits behind overdue executions is counted whole, though a claim passed over them', async () => {
  const id = await workspace();
  const late = [];
  for (let n = 0; n < 3; n++)
    late.push((await enqueue(id, { startBefore: inHours(1) }, { input: '1' })).execution.id);
  await passed('start_before', late, 1);
  await reconcile(id);
  for (let n = 0; n < 7; n++) await enqueue(id, null, { input: '22' });
  assert.deepEqual((await reconcile(id)).claims.length, 5);
  const { pending, pending_bytes: bytes } = await counters(id);
  assert.deepEqual([pending, bytes], [5, 7]);
  assert.equal((await advanceSchedule(database, id)).expired.length, 3);
  const after = await counters(id);
  assert.deepEqual([after['pending'], after['pending_bytes']], [2, 4]);
});

test('an execution that has a slot does not expire', async () => {
  const id = await workspace();
  const running = await idOf(id, { startBefore: inHours(1) });
  await reconcile(id);
  await passed('start_before', [running], 10);
  assert.deepEqual(await findDueWorkspaces(database.db, { except: [] }), []);
  assert.deepEqual(await advanceSchedule(database, id), { entered: [], expired: [] });
});

test('a scheduled execution that no worker saw in time expires without a seq, and the others enter', async () => {
  const id = await workspace();
  const [late, other] = [
    await idOf(id, { startAfter: inHours(1), startBefore: inHours(2) }),
    await idOf(id, { startAfter: inHours(1) }),
  ];
  await passed('start_after', [late, other], 20);
  await passed('start_before', [late], 10);
  assert.deepEqual(await findDueWorkspaces(database.db, { except: [] }), [id]);
  assert.deepEqual(await findDueWorkspaces(database.db, { except: [id] }), []);
  assert.deepEqual(await advanceSchedule(database, id), {
    expired: [{ executionId: late, seq: null }],
    entered: [{ executionId: other, seq: 1, workflowType: 't' }],
  });
  const { pending, scheduled, last_seq: seq } = await counters(id);
  assert.deepEqual([pending, scheduled, seq], [1, 0, 1]);
  await events(id);
});

test('more overdue executions than one transaction ends do not enter the queue meanwhile', async () => {
  const id = await workspace();
  await database.pool.query(
    `with counted as (update workspaces set scheduled = $2 where id = $1)
     insert into executions (id, workspace_id, status, workflow_type, start_after, start_before)
     select gen_random_uuid(), $1, 'scheduled', 't', clock_timestamp() - interval '2 minutes', clock_timestamp() - interval '1 minute'
     from generate_series(1, $2)`,
    [id, EXPIRED_MAX_ROWS + 1],
  );
  for (const expired of [EXPIRED_MAX_ROWS, 1, 0]) {
    const advanced = await advanceSchedule(database, id);
    assert.deepEqual([advanced.expired.length, advanced.entered.length], [expired, 0]);
  }
  const { scheduled, last_seq: seq } = await counters(id);
  assert.deepEqual([scheduled, seq], [0, 0]);
});

test('a duration, a retry policy and labels are handed to the gate with what is to be started, and with nothing else', async () => {
  const id = await workspace();
  const attributes = {
    executionTimeout: 60,
    retryPolicy: { maximumAttempts: 3, initialInterval: 0.5 },
    labels: { customer: 'é "x"' },
  };
  await enqueue(id, attributes);
  await enqueue(id);
  const { admitted } = await reconcile(id);
  const { retryPolicy, labels, maxDurationSeconds } = admitted[0]!;
  assert.deepEqual({ executionTimeout: maxDurationSeconds, retryPolicy, labels }, attributes);
  assert.deepEqual(Object.keys(admitted[1]!).sort(), [
    'admittedAt',
    'cancelRequested',
    'executionId',
    'input',
    'maxDurationSeconds',
    'next',
    'seq',
    'workflowType',
  ]);
  assert.equal(admitted[1]!.maxDurationSeconds, DEFAULT_TIER_CONFIGS.pro.maxDurationSeconds);
  await setTier(database.pool, 'pro', { maxDurationSeconds: 30 });
  const again = await reconcile(id);
  assert.equal(again.admitted[0]!.maxDurationSeconds, 30, 'a tier that was made shorter counts');
  await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
  const started = admitted.map(({ executionId }) => ({ executionId, runId: 'r' }));
  const watched = (await reconcile(id, { started })).admitted[0]!;
  assert.deepEqual([watched.next, watched.labels, watched.retryPolicy], ['watch', undefined, undefined]);
});

test('an answer with the largest labels stays under the bytes that Temporal takes', async () => {
  await setTier(database.pool, 'pro', { limit: 250 });
  try {
    const id = await workspace();
    await database.pool.query('update workspaces set limit_in_force = 250 where id = $1', [id]);
    const value = '😀'.repeat(127);
    const labels = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`${n}`.padEnd(63, 'x'), value]));
    const request = enqueueRequest({ workspaceId: id, attributes: { labels } });
    const rules = { maxInputBytes: 1, knownWorkflowTypes: null };
    const asked = Array.from({ length: 250 }, () => ({ request, rules }));
    await enqueueExecutions(database, asked, 'wait');
    const { admitted, more, running } = await reconcile(id);
    assert.equal(running, 250);
    assert.ok(Buffer.byteLength(JSON.stringify(admitted)) < 2 ** 20, 'half of what Temporal takes');
    assert.ok(more && admitted.length > 10);
  } finally {
    await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
  }
});

test('times too far ahead, and a duration beyond the tier, are refused with the bound', async () => {
  const id = await workspace();
  for (const name of ['startAfter', 'startBefore'])
    await assert.rejects(enqueue(id, { [name]: inHours(24 * 367) }), {
      name: 'InvalidAttributeError',
      message: `${name} is more than 366 days ahead`,
    });
  await assert.rejects(enqueue(id, { executionTimeout: 86_401 }), /must be at most 86400/);
  assert.equal((await enqueue(id, { executionTimeout: 86_400 })).kind, 'placed');
});
