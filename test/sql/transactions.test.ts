import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type pg from 'pg';
import { REPOSITORY } from '../support/processes/started.ts';
import { type Callers, enqueue, openCallers, type Role } from './callers.ts';

let callers: Callers;
let shop: Role;
let client: pg.Client;

before(async () => {
  callers = await openCallers();
  shop = await callers.role('shop', [['acme'], ['*', 'put_workspace']]);
  client = await shop.connect();
  await callers.asOwner(
    'create table public.orders (number integer primary key)',
    `grant all on public.orders to ${shop.name}`,
  );
});
beforeEach(() => callers.asOwner('delete from sluice.inbox', 'truncate public.orders'));
after(() => callers.close());

const orders = async () =>
  (await client.query<{ number: number }>('select number from public.orders order by number')).rows.map(
    ({ number }) => number,
  );
const ids = async () => (await callers.inbox()).map(({ id }) => id);

/** The rows of both, which are to be there together or not at all. */
const both = async () => [await orders(), await ids()];

test('an execution is asked for if and only if the transaction of its order commits', async () => {
  await client.query('begin');
  await client.query('insert into public.orders values (4711)');
  const id = await enqueue(
    client,
    `'acme', 'fulfilOrder', '{"order":4711}', idempotency_key => 'order-4711'`,
  );
  assert.deepEqual(await callers.inbox(), [], 'nobody sees it before');
  await client.query('commit');
  const [{ at, ...row }] = (await callers.inbox()) as [Record<string, unknown>];
  assert.ok(at instanceof Date);
  assert.deepEqual(row, {
    id,
    workspace_id: 'acme',
    kind: 'enqueue',
    workflow_type: 'fulfilOrder',
    input: '{"order":4711}',
    idempotency_key: 'order-4711',
    attributes: null,
    tier: null,
    by: `role:${shop.name}`,
  });
  await client.query('begin');
  await client.query('insert into public.orders values (4712)');
  await enqueue(client, `'acme', 'fulfilOrder', '{"order":4712}'`);
  await client.query('rollback');
  assert.deepEqual(await both(), [[4711], [id]]);
});

test('a transaction that puts a workspace can enqueue in it at once, where its role may do both', async () => {
  const billing = await callers.role('billing', [['*'], ['*', 'put_workspace']]);
  const session = await billing.connect();
  await session.query('begin');
  await session.query(`select sluice.put_workspace('new-customer', 'pro')`);
  const id = await enqueue(session, `'new-customer', 'welcome'`);
  await session.query('commit');
  const rows = await callers.inbox();
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['put_workspace', 'enqueue'],
  );
  assert.equal(rows[1]!['id'], id);
  // Its turn has yet to come, for everybody.
  await enqueue(session, `'new-customer', 'welcome'`);
  await assert.rejects(enqueue(client, `'new-customer', 'welcome'`), { code: '42501' });
  await assert.rejects(enqueue(session, `'no-customer', 'welcome'`), { code: '42501' });
});

test('a savepoint that is rolled back takes along what was asked for after it, and nothing else', async () => {
  await client.query('begin');
  const kept = await enqueue(client, `'acme', 'kept'`);
  await client.query('savepoint one');
  await client.query('insert into public.orders values (1)');
  await enqueue(client, `'acme', 'gone'`);
  await client.query('savepoint two');
  await enqueue(client, `'acme', 'gone as well'`);
  await client.query('rollback to one');
  const later = await enqueue(client, `'acme', 'later'`);
  await client.query('commit');
  assert.deepEqual(await both(), [[], [kept, later]]);
});

test('a refusal is an error like any other: a savepoint saves the rest of the transaction', async () => {
  await client.query('begin');
  await client.query('insert into public.orders values (1)');
  await client.query('savepoint before');
  await assert.rejects(enqueue(client, `'globex', 'x'`), { code: '42501' });
  await client.query('rollback to before');
  const id = await enqueue(client, `'acme', 'x'`);
  await client.query('commit');
  assert.deepEqual(await both(), [[1], [id]]);
});

test('a prepared transaction keeps what it asked for until it is committed or rolled back, and holds no lock that Sluice at work waits for', async () => {
  const other = await shop.connect();
  const made: string[] = [];
  for (const [name, end] of [
    ['kept', 'commit'],
    ['gone', 'rollback'],
  ] as const) {
    const transaction = `${name}_${shop.name}`;
    await other.query('begin');
    await other.query(`insert into public.orders values (${made.length + 1})`);
    made.push(await enqueue(other, `'acme', 'x', '1', '${name}'`));
    await other.query(`select sluice.put_workspace('${name}', 'pro')`);
    await other.query(`prepare transaction '${transaction}'`);
    assert.deepEqual(await both(), name === 'kept' ? [[], []] : [[1], [made[0], (await ids())[1]]]);
    const locks = await callers.database.pool.query<{ relation: string }>(
      `select distinct relname as relation from pg_locks join pg_class on pg_class.oid = relation
       where pid is null and mode <> 'AccessShareLock' and relnamespace = 'sluice'::regnamespace and pg_locks.database = (select oid from pg_database where datname = current_database())`,
    );
    assert.deepEqual(
      locks.rows.map(({ relation }) => relation),
      ['inbox'],
    );
    await client.query(`${end} prepared '${transaction}'`);
  }
  assert.deepEqual(await orders(), [1]);
  assert.deepEqual(
    (await callers.inbox()).map(({ workspace_id, kind }) => [workspace_id, kind]),
    [
      ['acme', 'enqueue'],
      ['kept', 'put_workspace'],
    ],
  );
});

test('a transaction that notifies cannot be prepared, which is why none notifies unless told to', async () => {
  await callers.asOwner('update sluice.deployment set inbox_notify = true');
  try {
    await client.query('begin');
    await enqueue(client, `'acme', 'x'`);
    await assert.rejects(client.query(`prepare transaction 'notifies'`), { code: '0A000' });
    await client.query('rollback');
    const listener = await shop.connect();
    const heard: (string | undefined)[] = [];
    listener.on('notification', ({ channel, payload }) => heard.push(channel, payload));
    await listener.query('listen sluice_inbox');
    await enqueue(client, `'acme', 'x'`);
    await client.query(`select sluice.put_workspace('new', 'pro')`);
    await listener.query('select');
    assert.deepEqual(heard.slice(0, 2), ['sluice_inbox', '']);
  } finally {
    await callers.asOwner('update sluice.deployment set inbox_notify = false');
  }
});

for (const level of ['repeatable read', 'serializable'] as const)
  test(`transactions that are ${level} ask side by side, and none fails because of another`, async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => shop.connect()));
    for (const session of sessions) {
      await session.query(`begin isolation level ${level}`);
      await session.query('select count(*) from public.orders where number < 0');
    }
    const made = [];
    for (const [index, session] of sessions.entries()) {
      made.push(await enqueue(session, `'acme', 'x', '1', 'one key'`));
      made.push(await enqueue(session, `'acme', 'x', '1', 'key ${index}'`));
      await session.query(`select sluice.put_workspace('new', 'pro')`);
    }
    for (const session of sessions.toReversed()) await session.query('commit');
    const rows = await callers.inbox(`kind = 'enqueue'`);
    assert.deepEqual(
      rows.map(({ id }) => id),
      made,
    );
  });

test('a key of a committed execution gives its id and writes nothing; with other content a row is written, for sequencing to reject', async () => {
  const { pool } = callers.database;
  const standing = '01900000-0000-7000-8000-000000000001';
  const digest = `sha256(convert_to('fulfilOrder', 'UTF8') || '\\x00' || convert_to('{"order":1}', 'UTF8'))`;
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, input_bytes, idempotency_key, content_digest)
     values ('${standing}', 'acme', 1, 'fulfilOrder', 11, 'order-1', ${digest})`,
  );
  const again = `'acme', 'fulfilOrder', '  {"order":1}\n', 'order-1'`;
  for (const level of ['read committed', 'repeatable read', 'serializable']) {
    await client.query(`begin isolation level ${level}`);
    assert.equal(await enqueue(client, again), standing, level);
    await client.query('commit');
  }
  assert.equal(await enqueue(client, `'acme', 'fulfilOrder', '{"order":1}'::json, 'order-1'`), standing);
  assert.deepEqual(await ids(), []);
  const others = [
    await enqueue(client, `'acme', 'fulfilOrder', '{"order": 1}', 'order-1'`),
    await enqueue(client, `'acme', 'cancelOrder', '{"order":1}', 'order-1'`),
    await enqueue(client, `'acme', 'fulfilOrder', '{"order":1}', 'order-1', reference => 'x'`),
  ];
  assert.deepEqual(await ids(), others);
  // Of an execution that has ended the key stands on.
  await pool.query(
    `with gone as (delete from executions where id = '${standing}' returning *)
     insert into ended_executions (id, workspace_id, seq, workflow_type, input_bytes, idempotency_key, content_digest, payload_retention_days, created_at, status, closed_at, retention_days)
     select id, workspace_id, seq, workflow_type, input_bytes, idempotency_key, content_digest, payload_retention_days, created_at, 'completed', now(), 30 from gone`,
  );
  assert.equal(await enqueue(client, again), standing);
  // Whatever rule has changed since: a repeat is answered as the first.
  await callers.asOwner(
    `update sluice.tiers set max_pending = 1`,
    `update sluice.workspaces set pending = 1 where id = 'acme'`,
  );
  try {
    assert.equal(await enqueue(client, again), standing);
    await assert.rejects(enqueue(client, `'acme', 'fulfilOrder', '{"order":1}', 'order-2'`), {
      code: '53400',
    });
  } finally {
    await callers.asOwner(
      `update sluice.tiers set max_pending = 10000`,
      `update sluice.workspaces set pending = 0 where id = 'acme'`,
    );
  }
});

test('input is taken as a literal, as a parameter, as json and as jsonb, and left out or null it is none', async () => {
  const inputs = async () => (await callers.inbox()).map(({ input }) => input);
  await enqueue(client, `'acme', 'x', '[1, 2]'`);
  await enqueue(client, `'acme', 'x', $1`, ['{"b": 1, "a": 1.50}']);
  await enqueue(client, `'acme', 'x', $1::varchar`, ['null']);
  await enqueue(client, `'acme', 'x', '{"b": 1,  "a": 1.50}'::json`);
  await enqueue(client, `'acme', 'x', '{"b": 1,  "a": 1.50}'::jsonb`);
  await enqueue(client, `'acme', 'x', to_jsonb('text'::text), 'a key'`);
  await enqueue(client, `'acme', 'x', json_build_object('order', 4711), labels => '{"a":"b"}'`);
  await enqueue(client, `'acme', 'x', null::jsonb, reference => 'r'`);
  await enqueue(client, `'acme', 'x'`);
  await enqueue(client, `workspace => 'acme', workflow_type => 'x', idempotency_key => 'another'`);
  assert.deepEqual(await inputs(), [
    '[1, 2]',
    '{"b": 1, "a": 1.50}',
    'null',
    '{"b": 1,  "a": 1.50}',
    '{"a": 1.50, "b": 1}',
    '"text"',
    '{"order" : 4711}',
    null,
    null,
    null,
  ]);
});

test('ids are UUIDv7 by the clock of Postgres, and of the calls of a session each is higher than the one before', async () => {
  const { rows } = await client.query<{ id: string; before: Date; after: Date }>(`
    select id, before, clock_timestamp() as after
    from (select clock_timestamp() as before, sluice.enqueue('acme', 'x') as id from generate_series(1, 3000) offset 0) made`);
  const made = rows.map(({ id }) => id);
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, 3000);
  assert.ok(
    made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  );
  for (const { id, before: earliest, after: latest } of rows) {
    const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    assert.ok(at >= earliest.getTime() && at <= latest.getTime(), `${id} at ${earliest.toISOString()}`);
  }
  assert.deepEqual(await ids(), made, 'in the order in which Postgres compares them, too');
});

test('the examples of the page run as they stand: an order with its execution, and the trigger on a table of tenants', async () => {
  const page = readFileSync(join(REPOSITORY, 'docs/transactional-enqueue.md'), 'utf8');
  const [example, , trigger] = [...page.matchAll(/```sql\n(.*?)```/gs)].map((match) => match[1]!);
  await callers.asOwner(`grant create on schema public to ${shop.name}`);
  await client.query(example!);
  await client.query(trigger!);
  await client.query(`begin; update tenants set plan = 'pro'; rollback`);
  assert.deepEqual(await orders(), [4711]);
  assert.deepEqual(
    (await callers.inbox()).map(({ workspace_id, workflow_type, tier }) => [
      workspace_id,
      workflow_type,
      tier,
    ]),
    [
      ['acme', 'fulfilOrder', null],
      ['acme', null, 'pro'],
      ['acme', null, 'enterprise'],
    ],
  );
});
