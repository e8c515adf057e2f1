import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { onServer } from '../../src/db/server/on-server.ts';
import { createOutbox, OUTBOX_SQL, type TestOutbox } from '../relay/outbox.ts';

let outbox: TestOutbox;
before(async () => {
  outbox = await createOutbox();
});
after(() => outbox.close());

async function one(text: string, values: unknown[] = []): Promise<Record<string, unknown>> {
  const { rows } = await outbox.pool.query<Record<string, unknown>>(text, values);
  return rows[0]!;
}

const ROW = 'select *, input::text as input from sluice_outbox.requests where id = $1';

test('the file of the outbox is applied a second time, and rows stay', async () => {
  const id = await outbox.enqueue({ workspace: 'acme', workflow_type: 'nothing' });
  await onServer(outbox.url, (client) => client.query(OUTBOX_SQL));
  assert.equal((await one(ROW, [id]))['workspace'], 'acme');
});

test('a request is in the outbox if and only if its transaction commits, and its savepoint is released', async () => {
  const client = await outbox.pool.connect();
  const call = async (reference: string) =>
    void (await client.query('select sluice_outbox.enqueue($1, $2, reference => $3)', [
      'tx',
      'nothing',
      reference,
    ]));
  try {
    await client.query('begin');
    await call('rolled back');
    await client.query('rollback');
    await client.query('begin');
    await call('kept');
    await client.query('savepoint inner_one');
    await call('undone');
    await client.query('rollback to inner_one');
    await client.query('commit');
  } finally {
    client.release();
  }
  const { rows } = await outbox.pool.query<{ reference: string }>(
    `select attributes ->> 'reference' as reference from sluice_outbox.requests where workspace = 'tx'`,
  );
  assert.deepEqual(rows, [{ reference: 'kept' }]);
});

test('an id is a UUID of version 7 of the time of its call, and calls of one session have ids in their order', async () => {
  const { rows } = await outbox.pool.query<{ id: string; n: number }>(
    `select sluice_outbox.enqueue('order', 'nothing', n::text) as id, n from generate_series(1, 2000) n`,
  );
  const inOrder = [...rows].sort((a, b) => a.n - b.n).map(({ id }) => id);
  assert.deepEqual([...inOrder].sort(), inOrder);
  for (const id of inOrder) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  const madeAtMs = parseInt(inOrder[0]!.replace('-', '').slice(0, 12), 16);
  assert.ok(Math.abs(Date.now() - madeAtMs) < 60_000, inOrder[0]);
});

test('input comes as a literal, as json or as jsonb, and text and json are kept character for character', async () => {
  const text = '{ "b": 1.0,  "a":12345678901234567890, "a": null }';
  for (const given of [`'${text}'`, `'${text}'::json`]) {
    const { id } = await one(`select sluice_outbox.enqueue('acme', 'nothing', ${given}) as id`);
    assert.equal((await one(ROW, [id]))['input'], text, given);
  }
  const { id } = await one(`select sluice_outbox.enqueue('acme', 'nothing', '{"b":1}'::jsonb) as id`);
  assert.equal((await one(ROW, [id]))['input'], '{"b": 1}');
  const { id: none } = await one(`select sluice_outbox.enqueue('acme', 'nothing') as id`);
  assert.equal((await one(ROW, [none]))['input'], null);
});

test('what a request says beside its input is kept as the API names it', async () => {
  const { id } = await one(
    `select sluice_outbox.enqueue('acme', 'nothing', idempotency_key => 'order-4711', reference => 'order 4711',
       labels => '{"kind":"paid"}', start_after => now() + interval '1 hour', start_before => now() + interval '2 hours',
       execution_timeout => 60, retry_policy => '{"maximumAttempts":3}') as id`,
  );
  const row = await one(ROW, [id]);
  const attributes = row['attributes'] as Record<string, unknown>;
  assert.equal(row['idempotency_key'], 'order-4711');
  assert.deepEqual(Object.keys(attributes).sort(), [
    'executionTimeout',
    'labels',
    'reference',
    'retryPolicy',
    'startAfter',
    'startBefore',
  ]);
  assert.match(String(attributes['startAfter']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Date.parse(String(attributes['startAfter'])) > Date.now() + 3_500_000);
});

const WRONG: { call: string; code: string; says: RegExp }[] = [
  { call: `null, 'nothing'`, code: '22023', says: /^workspace is null/ },
  { call: `'a b', 'nothing'`, code: '22023', says: /^workspace is 'a b'/ },
  { call: `'acme', ''`, code: '22023', says: /^workflow_type is ''/ },
  { call: `'acme', 'nothing', '{"a":'`, code: '22P02', says: /json/ },
  {
    call: `'acme', 'nothing', '"' || repeat('x', 524287) || '"'`,
    code: '54000',
    says: /^input has 524289 bytes/,
  },
  { call: `'acme', 'nothing', idempotency_key => 'Größe'`, code: '22023', says: /^idempotency_key is/ },
  { call: `'acme', 'nothing', reference => ''`, code: '22023', says: /^reference is ''/ },
  { call: `'acme', 'nothing', labels => '[1]'`, code: '22023', says: /^labels are/ },
  { call: `'acme', 'nothing', labels => '{"a":1}'`, code: '22023', says: /^labels are/ },
  { call: `'acme', 'nothing', start_after => 'infinity'`, code: '22023', says: /^start_after is/ },
  {
    call: `'acme', 'nothing', start_before => now() - interval '1 s'`,
    code: '22023',
    says: /^start_before is/,
  },
  { call: `'acme', 'nothing', execution_timeout => 0`, code: '22023', says: /^execution_timeout is 0/ },
  { call: `'acme', 'nothing', retry_policy => '3'`, code: '22023', says: /^retry_policy is 3/ },
];

for (const { call, code, says } of WRONG)
  test(`the outbox refuses ${call.slice(0, 70)} with ${code}`, async () => {
    await assert.rejects(
      outbox.pool.query(`select sluice_outbox.enqueue(${call})`),
      (error: pg.DatabaseError) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, says);
        assert.ok(code === '22P02' || (error.hint ?? '').length > 0, 'it says what to change');
        return true;
      },
    );
  });

test('a role enqueues if it was granted to, and reads and writes no table; another role may do nothing', async () => {
  const { name: database } = await one('select current_database() as name');
  const roles = ['granted', 'stranger'].map((kind) => `sluice_test_${kind}_${String(database).slice(-12)}`);
  for (const role of roles) await outbox.pool.query(`create role ${role}`);
  const [granted, stranger] = roles as [string, string];
  const as = async (role: string, text: string) => {
    const client = await outbox.pool.connect();
    try {
      await client.query(`set role ${role}`);
      return await client.query(text);
    } finally {
      await client.query('reset role');
      client.release();
    }
  };
  try {
    await outbox.pool.query(`grant usage on schema sluice_outbox to ${granted}`);
    await outbox.pool.query(`grant execute on all functions in schema sluice_outbox to ${granted}`);
    for (const input of [`'1'`, `'1'::json`, `'1'::jsonb`])
      await as(granted, `select sluice_outbox.enqueue('acme', 'nothing', ${input})`);
    await assert.rejects(as(granted, 'select * from sluice_outbox.requests'), { code: '42501' });
    await assert.rejects(as(granted, 'delete from sluice_outbox.leases'), { code: '42501' });
    await assert.rejects(as(stranger, `select sluice_outbox.enqueue('acme', 'nothing')`), { code: '42501' });
    await outbox.pool.query(`grant usage on schema sluice_outbox to ${stranger}`);
    await assert.rejects(as(stranger, `select sluice_outbox.enqueue('acme', 'nothing')`), { code: '42501' });
  } finally {
    for (const role of roles) await outbox.pool.query(`drop owned by ${role}; drop role ${role}`);
  }
});

test('objects of a caller that stand before those of Postgres in its search_path are not used', async () => {
  const client = await outbox.pool.connect();
  try {
    await client.query('create schema hostile');
    await client.query(
      `create function hostile.octet_length(text) returns integer language sql as 'select 1 / 0'`,
    );
    await client.query('create temporary table requests (id uuid)');
    await client.query('set search_path = hostile, pg_temp, pg_catalog');
    const { rows } = await client.query<{ id: string }>(
      `select sluice_outbox.enqueue('acme', 'nothing', '{}') as id`,
    );
    assert.equal((await one(ROW, [rows[0]!.id]))['workflow_type'], 'nothing');
  } finally {
    client.release(true);
    await outbox.pool.query('drop schema hostile cascade');
  }
});
