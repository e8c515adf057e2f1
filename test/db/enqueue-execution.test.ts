import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/client.ts';
import {
  type AdmissionRules,
  type EnqueueRequest,
  enqueueExecution,
} from '../../src/db/enqueue-execution.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertWorkspace, statuses } from '../support/rows.ts';

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

const rules: AdmissionRules = { tiers: DEFAULT_TIER_CONFIGS, maxInputBytes: 1_000, knownWorkflowTypes: null };

const enqueue = (
  nth: number,
  request: Partial<EnqueueRequest> & { workspaceId: string },
  changed: Partial<AdmissionRules> = {},
) =>
  enqueueExecution(
    databases[nth % databases.length]!,
    { workflowType: 'demo', input: '{}', idempotencyKey: null, ...request },
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
    enqueued.map(({ execution }) => execution.seq).sort((a, b) => a - b),
    numbers,
  );
  assert.deepEqual(await statuses(pool(), 'parallel'), { pending: numbers });
  for (const { execution, position } of enqueued)
    assert.deepEqual(position, { position: execution.seq, isUpperBound: false });
  const { rows } = await pool().query("select last_seq, pending from workspaces where id = 'parallel'");
  assert.deepEqual(rows, [{ last_seq: '200', pending: 200 }]);
  const { rows: disordered } = await pool().query(
    `select 1 from executions a join executions b on a.workspace_id = b.workspace_id and a.seq < b.seq
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
  assert.equal(enqueued.filter(({ repeated }) => !repeated).length, 1);
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
  const strict = {
    maxInputBytes: 1,
    knownWorkflowTypes: new Set<string>(),
    tiers: { ...rules.tiers, pro: { ...rules.tiers.pro, maxPending: 1 } },
  };
  const again = await enqueue(1, request, strict);
  assert.deepEqual([again.repeated, again.execution.id], [true, first.execution.id]);
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

test('no more than the tier allows wait in line, however many ask at once', async () => {
  await insertWorkspace(pool(), 'full');
  const tiers = { ...rules.tiers, pro: { ...rules.tiers.pro, maxPending: 7 } };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, (_, nth) => enqueue(nth, { workspaceId: 'full' }, { tiers })),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 7);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      assert.deepEqual({ ...(outcome.reason as object) }, { name: 'QueueFullError', limit: 7, pending: 7 });
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
      const waiting = enqueueExecution(small, request, rules).then(
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
    assert.equal((await enqueueExecution(small, request, rules)).execution.seq, 1);
  } finally {
    await small.close();
  }
});
