import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import type { AdmissionRules } from '../../src/enqueue/admission-rules.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import { EnqueueGroups } from '../../src/enqueue/groups/enqueue-groups.ts';
import type { EnqueueAnswer, EnqueueOutcome, Placed } from '../../src/enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../src/enqueue/enqueue-request.ts';
import type { Asked } from '../../src/enqueue/place-requests.ts';
import { QueueFullError } from '../../src/domain/refusals.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accepted, enqueueOne, enqueueRequest } from '../support/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { insertWorkspace, setTier, statuses } from '../support/rows.ts';

let testDatabase: TestDatabase;
/** As many API processes. */
let databases: Database[];

before(async () => {
  testDatabase = await createTestDatabase();
  databases = [1, 2, 3].map(() =>
    openDatabase({
      url: testDatabase.url,
      poolSize: 4,
      applicationName: 'test',
      // All of them wait for one row, and most for a connection first.
      statementTimeoutMs: 30_000,
      lockTimeoutMs: 20_000,
      connectTimeoutMs: 30_000,
      onError: () => {},
    }),
  );
});
after(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await testDatabase.drop();
});

afterEach(() => setTier(pool(), 'pro', DEFAULT_TIER_CONFIGS.pro));

const rules: AdmissionRules = { maxInputBytes: 1_000, knownWorkflowTypes: null };

const enqueue = (
  nth: number,
  request: Partial<EnqueueRequest> & { workspaceId: string },
  changed: Partial<AdmissionRules> = {},
) =>
  enqueueOne(
    databases[nth % databases.length]!,
    { workflowType: 'demo', input: '{}', ...request },
    { ...rules, ...changed },
  );

const pool = () => databases[0]!.pool;

test('200 requests at once from several processes get the numbers 1 to 200, without a gap and in commit order', async () => {
  await insertWorkspace(pool(), 'parallel');
  const enqueued = await Promise.all(
    Array.from({ length: 200 }, (_, nth) => enqueue(nth, { workspaceId: 'parallel' })),
  );
  const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
  assert.deepEqual(
    enqueued.map(({ execution }) => execution.seq!).sort((a, b) => a - b),
    numbers,
  );
  assert.deepEqual(await statuses(pool(), 'parallel'), { pending: numbers });
  for (const { execution, position } of enqueued)
    assert.deepEqual(position, { position: execution.seq, isUpperBound: false });
  const { rows } = await pool().query("select last_seq, pending from workspaces where id = 'parallel'");
  assert.deepEqual(rows, [{ last_seq: '200', pending: 200 }]);
  const { rows: disordered } = await pool().query(
    `select 1 from all_executions a join all_executions b on a.workspace_id = b.workspace_id and a.seq < b.seq
     where a.workspace_id = 'parallel' and a.created_at > b.created_at`,
  );
  assert.deepEqual(disordered, []);
});

test('a number is not lost with a request that is refused after it was locked', async () => {
  await insertWorkspace(pool(), 'refused-between');
  const known = { knownWorkflowTypes: new Set(['demo']) };
  await enqueue(0, { workspaceId: 'refused-between' }, known);
  await assert.rejects(enqueue(1, { workspaceId: 'refused-between', workflowType: 'other' }, known), {
    name: 'WorkflowTypeUnknownError',
  });
  assert.equal((await enqueue(2, { workspaceId: 'refused-between' }, known)).execution.seq, 2);
});

test('one key 20 times at once makes one execution, and one answer that is not a repeat', async () => {
  await insertWorkspace(pool(), 'same-key');
  const enqueued = await Promise.all(
    Array.from({ length: 20 }, (_, nth) =>
      enqueue(nth, { workspaceId: 'same-key', idempotencyKey: 'order-1' }),
    ),
  );
  assert.equal(new Set(enqueued.map(({ execution }) => execution.id)).size, 1);
  assert.equal(enqueued.filter(({ kind }) => kind === 'placed').length, 1);
  assert.deepEqual(await statuses(pool(), 'same-key'), { pending: [1] });
});

test('one key means something else in another workspace', async () => {
  await insertWorkspace(pool(), 'key-a');
  await insertWorkspace(pool(), 'key-b');
  const one = await enqueue(0, { workspaceId: 'key-a', idempotencyKey: 'k' });
  const other = await enqueue(0, { workspaceId: 'key-b', idempotencyKey: 'k' });
  assert.notEqual(one.execution.id, other.execution.id);
});

test('a repeated key is answered alike whatever has changed since', async () => {
  await insertWorkspace(pool(), 'key-first');
  const request = { workspaceId: 'key-first', idempotencyKey: 'k' };
  const first = await enqueue(0, request);
  const strict = { maxInputBytes: 1, knownWorkflowTypes: new Set<string>() };
  await setTier(pool(), 'pro', { maxPending: 1 });
  const again = await enqueue(1, request, strict);
  assert.deepEqual([again.kind, again.execution.id], ['repeated', first.execution.id]);
  await assert.rejects(enqueue(1, { ...request, workflowType: 'other' }, strict), {
    name: 'IdempotencyKeyReusedError',
  });
});

test('a key with another input text is refused, also when it is equal as JSON', async () => {
  await insertWorkspace(pool(), 'key-text');
  const request = { workspaceId: 'key-text', idempotencyKey: 'k', input: '{"a":1}' };
  const { execution } = await enqueue(0, request);
  for (const input of ['{"a":1.0}', '{"a": 1}', null]) {
    await assert.rejects(enqueue(0, { ...request, input }), {
      name: 'IdempotencyKeyReusedError',
      executionId: execution.id,
    });
  }
});

test('no more than the tier allows wait in the queue, however many ask at once', async () => {
  await insertWorkspace(pool(), 'full');
  await setTier(pool(), 'pro', { maxPending: 7 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, (_, nth) => enqueue(nth, { workspaceId: 'full' })),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 7);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      assert.deepEqual({ ...(outcome.reason as object) }, { name: 'QueueFullError', limit: 7, pending: 7 });
  }
});

const askedOf = (request: Partial<EnqueueRequest> & { workspaceId: string }): Asked => ({
  request: enqueueRequest({ workflowType: 'demo', input: '{}', ...request }),
  rules,
});

function shown(outcome: EnqueueOutcome): string {
  switch (outcome.kind) {
    case 'held':
      return 'held';
    case 'refused':
      return outcome.error.name;
    case 'placed':
      return `is ${outcome.execution.seq}`;
    case 'repeated':
      return `repeats ${outcome.execution.seq}`;
    default:
      return outcome satisfies never;
  }
}

test('one bad row fails none of its group, and takes no number', async () => {
  await insertWorkspace(pool(), 'group');
  await enqueue(0, { workspaceId: 'group', idempotencyKey: 'old' });
  const of = (request: Partial<EnqueueRequest>) => askedOf({ workspaceId: 'group', ...request });
  const outcomes = await enqueueExecutions(
    databases[0]!,
    [
      of({ idempotencyKey: 'new' }),
      of({ idempotencyKey: 'old', input: '1' }),
      of({ input: 'x'.repeat(1_001) }),
      askedOf({ workspaceId: 'nobody' }),
      of({ idempotencyKey: 'old' }),
      of({ idempotencyKey: 'new' }),
      of({ idempotencyKey: 'new', workflowType: 'other' }),
      { ...of({}), rules: { ...rules, knownWorkflowTypes: new Set(['other']) } },
      of({ input: null }),
    ],
    'wait',
  );
  assert.deepEqual(outcomes.map(shown), [
    'is 2',
    'IdempotencyKeyReusedError',
    'InputTooLargeError',
    'WorkspaceNotFoundError',
    'repeats 1',
    'repeats 2',
    'IdempotencyKeyReusedError',
    'WorkflowTypeUnknownError',
    'is 3',
  ]);
  const [first, , , , , again] = outcomes as Placed[];
  assert.deepEqual(again!.execution, first!.execution);
  const { rows } = await pool().query(
    "select id, status, input from all_executions where workspace_id = 'group' order by seq",
  );
  assert.equal(rows[1].id, first!.execution.id);
  assert.deepEqual(rows[2], { id: accepted(outcomes[8]!).execution.id, status: 'pending', input: null });
});

test('the answer is the row as it was stored', async () => {
  await insertWorkspace(pool(), 'as-stored');
  const request = { workspaceId: 'as-stored', idempotencyKey: 'k "\\', input: '{"a":"\\"é😀\\\\{}, NULL"}' };
  const first = await enqueue(0, request);
  const again = await enqueue(0, request);
  assert.deepEqual({ ...again, kind: 'placed' }, first);
});

test('a row that Postgres itself refuses fails alone', async () => {
  await insertWorkspace(pool(), 'nul');
  const outcomes = await enqueueExecutions(
    databases[0]!,
    [
      askedOf({ workspaceId: 'nul' }),
      askedOf({ workspaceId: 'nul', workflowType: 'a\u0000b' }),
      askedOf({ workspaceId: 'nul', input: null }),
    ],
    'skip',
  );
  assert.deepEqual([shown(outcomes[0]!), shown(outcomes[2]!)], ['is 1', 'is 2']);
  assert.throws(() => accepted(outcomes[1]!), /invalid byte sequence/);
  assert.deepEqual(await statuses(pool(), 'nul'), { pending: [1, 2] });
});

test('ISOLATION: a group goes on without a workspace that somebody else holds', async () => {
  for (const id of ['held', 'free']) await insertWorkspace(pool(), id);
  const holder = await pool().connect();
  await holder.query('begin');
  await holder.query("select 1 from workspaces where id = 'held' for update");
  const group = ['held', 'free', 'held'].map((workspaceId) => askedOf({ workspaceId }));
  assert.deepEqual((await enqueueExecutions(databases[1]!, group, 'skip')).map(shown), [
    'held',
    'is 1',
    'held',
  ]);
  await holder.query('rollback');
  holder.release();
  assert.deepEqual(await statuses(pool(), 'held'), {});
  assert.deepEqual((await enqueueExecutions(databases[1]!, group, 'skip')).map(shown), [
    'is 1',
    'is 2',
    'is 2',
  ]);
});

test('the tail of a group beyond what its tier allows in the queue is refused, the head is not', async () => {
  await insertWorkspace(pool(), 'tail');
  await setTier(pool(), 'pro', { maxPending: 3 });
  const group = ['a', 'b', 'a', 'c', 'd', 'd', 'b'].map((idempotencyKey) =>
    askedOf({ workspaceId: 'tail', idempotencyKey }),
  );
  const outcomes = await enqueueExecutions(databases[0]!, group, 'skip');
  const full = 'QueueFullError';
  assert.deepEqual(outcomes.map(shown), ['is 1', 'is 2', 'repeats 1', 'is 3', full, full, 'repeats 2']);
  assert.deepEqual(outcomes[4], { kind: 'refused', error: new QueueFullError(3, 3) });
});

test('an execution waits for an end when the running ones and the ones ahead fill every slot', async () => {
  await insertWorkspace(pool(), 'slots', { limitOverride: 3 });
  await pool().query("update workspaces set running = 1 where id = 'slots'");
  const group = Array.from({ length: 3 }, () => askedOf({ workspaceId: 'slots' }));
  const waits = (await enqueueExecutions(databases[0]!, group, 'skip')).map(accepted);
  waits.push(await enqueue(0, { workspaceId: 'slots' }));
  assert.deepEqual(
    waits.map(({ waitsForAnEnd }) => waitsForAnEnd),
    [false, false, true, true],
  );
});

test('DURABLE, FIFO: groups of many workspaces from several processes at once leave every answer a row, in commit order', async () => {
  const ids = ['many-0', 'many-1', 'many-2', 'many-3', 'many-4'];
  for (const id of ids) await insertWorkspace(pool(), id);
  const processes = databases.map(
    (database) =>
      new EnqueueGroups<Asked, EnqueueAnswer>({
        write: (asked, whenHeld) => enqueueExecutions(database, asked, whenHeld),
        bytesOf: () => 1,
        maxItemsOfOne: 7,
        maxWaitMs: 30_000,
      }),
  );
  const answered = await Promise.all(
    Array.from({ length: 600 }, (_, nth) => {
      const workspaceId = ids[(nth * 7) % ids.length]!;
      const idempotencyKey = nth % 4 === 0 ? `key-${nth % 60}` : null;
      return processes[nth % processes.length]!.join(workspaceId, askedOf({ workspaceId, idempotencyKey }));
    }),
  );
  const answers = answered.map(accepted);
  const { rows } = await pool().query<{ id: string; workspace_id: string; seq: string }>(
    `select id, workspace_id, seq from all_executions where workspace_id like 'many-%' order by created_at`,
  );
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const { execution } of answers) {
    const { workspaceId, seq } = execution;
    assert.deepEqual(stored.get(execution.id), {
      id: execution.id,
      workspace_id: workspaceId,
      seq: String(seq),
    });
  }
  assert.equal(answers.filter(({ kind }) => kind === 'placed').length, rows.length);
  for (const id of ids) {
    const inOrder = rows.filter((row) => row.workspace_id === id).map(({ seq }) => Number(seq));
    assert.deepEqual(
      inOrder,
      inOrder.map((_, index) => index + 1),
    );
  }
});

test('a connection that Postgres ends in the middle is replaced, and none is lost to the pool', async () => {
  await insertWorkspace(pool(), 'broken');
  const small = openDatabase({
    url: testDatabase.url,
    poolSize: 1,
    applicationName: 'test-broken',
    onError: () => {},
  });
  try {
    const holder = await pool().connect();
    await holder.query('begin');
    await holder.query("select 1 from workspaces where id = 'broken' for update");
    const request = { workspaceId: 'broken', workflowType: 'demo', input: null, idempotencyKey: null };
    for (let round = 0; round < 3; round++) {
      const waiting = enqueueOne(small, request, rules).then(
        () => assert.fail('it was enqueued'),
        (error: unknown) => error,
      );
      for (let ended = 0; ended === 0;) {
        const { rows } = await pool().query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test-broken' and wait_event_type = 'Lock'",
        );
        ended = rows.length;
      }
      assert.ok((await waiting) instanceof Error);
    }
    await holder.query('rollback');
    holder.release();
    assert.equal((await enqueueOne(small, request, rules)).execution.seq, 1);
  } finally {
    await small.close();
  }
});

test('whether an execution waits for an end goes by the row of the tier, which its workspace has yet to follow', async () => {
  await insertWorkspace(pool(), 'raised');
  await pool().query("update workspaces set running = 5 where id = 'raised'");
  await setTier(pool(), 'pro', { limit: 6 });
  const waits = [await enqueue(0, { workspaceId: 'raised' }), await enqueue(1, { workspaceId: 'raised' })];
  assert.deepEqual(
    waits.map(({ waitsForAnEnd }) => waitsForAnEnd),
    [false, true],
  );
});

test('requests that wait while their workspace changes its tier are judged by the new one', async () => {
  await setTier(pool(), 'pro', { maxPending: 1 });
  await insertWorkspace(pool(), 'moving');
  await enqueue(0, { workspaceId: 'moving' });
  const holder = await pool().connect();
  await holder.query('begin');
  await holder.query("update workspaces set tier = 'enterprise' where id = 'moving'");
  const waiting = enqueue(1, { workspaceId: 'moving' });
  await eventually(async () => {
    const { rows } = await pool().query('select from pg_locks where not granted');
    assert.equal(rows.length, 1);
  });
  await holder.query('commit');
  holder.release();
  assert.equal((await waiting).execution.seq, 2);
});
