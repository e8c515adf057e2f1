import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { addGrant } from '../../src/db/grants/add-grant.ts';
import { removeGrant } from '../../src/db/grants/remove-grant.ts';
import { type Callers, enqueue, openCallers, type Role } from './callers.ts';

const BY = { by: null, source: 'command line' } as const;

let callers: Callers;
let shop: Role;
let client: pg.Client;

before(async () => {
  callers = await openCallers();
  shop = await callers.role('shop', [['acme'], ['acme', 'put_workspace']]);
  // As a service has it that shares the database: a schema of its own, and the right to make temporary tables, which everybody has.
  await callers.asOwner(
    `create schema evil authorization ${shop.name}`,
    `grant create on schema public to ${shop.name}`,
  );
  client = await shop.connect();
});
beforeEach(async () => {
  await client.query('rollback');
  await client.query('discard all');
  await callers.asOwner('delete from sluice.inbox');
});
after(() => callers.close());

const refused = (statement: string, code = '42501') =>
  assert.rejects(client.query(statement), { code }, statement);

/** What is tried on each of ours, which stands for $: tables and their partitions, views, sequences. */
const OF_RELATION = {
  r: [
    'select from $',
    'delete from $',
    'truncate $',
    'insert into $ default values',
    `do 'begin lock table $ in access exclusive mode; end'`,
    'copy $ to stdout',
    'create trigger mine before insert on $ execute function suppress_redundant_updates_trigger()',
    'alter table $ add column mine integer',
    'drop table $',
  ],
  v: ['select from $', 'drop view $'],
  S: [`select nextval('$')`, `select setval('$', 1)`],
} as const;

test('everybody has nothing in the schema: no table, no sequence, no function, no type', async () => {
  const { rows } = await callers.database.pool.query<{ what: string }>(`
    select 'the schema' as what where has_schema_privilege('public', 'sluice', 'usage') or has_schema_privilege('public', 'sluice', 'create')
    union all
    select 'table ' || oid::regclass from pg_class where relnamespace = 'sluice'::regnamespace and relkind in ('r', 'p', 'v', 'm')
      and has_table_privilege('public', oid, 'select, insert, update, delete, truncate, references, trigger')
    union all
    select 'sequence ' || oid::regclass from pg_class where relnamespace = 'sluice'::regnamespace and relkind = 'S'
      and case relkind when 'S' then has_sequence_privilege('public', oid, 'usage, select, update') end
    union all
    select 'function ' || oid::regprocedure from pg_proc where pronamespace = 'sluice'::regnamespace and has_function_privilege('public', oid, 'execute')
    union all
    -- Of a table's partition, which is dropped whoever uses its type.
    select 'type ' || t.oid::regtype from pg_type t left join pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'sluice'::regnamespace and t.typcategory <> 'A' and coalesce(not c.relispartition, true) and has_type_privilege('public', t.oid, 'usage')`);
  assert.deepEqual(rows, []);
});

test('the functions that run as their owner are two, and each has a search_path that no caller can write to', async () => {
  const { rows } = await callers.database.pool.query(`
    select proname, prolang::text = (select oid::text from pg_language where lanname = 'plpgsql') as plpgsql, proconfig
    from pg_proc where pronamespace = 'sluice'::regnamespace and prosecdef order by proname`);
  const set = ['search_path=pg_catalog, pg_temp'];
  assert.deepEqual(rows, [
    { proname: 'enqueue', plpgsql: true, proconfig: set },
    { proname: 'put_workspace', plpgsql: true, proconfig: set },
  ]);
});

test('a granted role can call the functions in its workspaces, and do nothing else', async () => {
  const { rows: relations } = await callers.database.pool.query<{ name: string; kind: string }>(`
    select oid::regclass::text as name, relkind as kind from pg_class where relnamespace = 'sluice'::regnamespace and relkind in ('r', 'p', 'v', 'S')`);
  assert.ok(relations.length > 40);
  for (const { name, kind } of relations) {
    const ofRelation = OF_RELATION[kind === 'S' || kind === 'v' ? kind : 'r'];
    for (const statement of ofRelation) await refused(statement.replaceAll('$', `sluice.${name}`));
  }
  const { rows: functions } = await callers.database.pool.query<{
    name: string;
    types: string[];
    signature: string;
  }>(`
    select proname as name, oid::regprocedure::text as signature, array(select format_type(type, null) from unnest(proargtypes) as types (type)) as types
    from pg_proc where pronamespace = 'sluice'::regnamespace`);
  for (const { name, types, signature } of functions) {
    const values = types.map((type) => (type === 'record' ? 'row(1)' : `null::${type}`)).join(', ');
    if (!['enqueue', 'put_workspace'].includes(name)) await refused(`select sluice.${name}(${values})`);
    await refused(`alter function sluice.${signature} set search_path = evil`);
    await refused(`drop function sluice.${signature}`);
  }
  for (const statement of [
    'create table sluice.mine ()',
    'create function sluice.enqueue(text) returns text language sql return $1',
    `insert into sluice.role_grants values ('${shop.name}', '*', 'enqueue')`,
    `set role postgres`,
    `set session authorization postgres`,
    `reassign owned by postgres to ${shop.name}`,
    `create table evil.of_type (s sluice.execution_status)`,
    `create table evil.of_row (s sluice.executions)`,
    `create table evil.child () inherits (sluice.executions)`,
    `create table evil.key (id uuid references sluice.executions)`,
    `alter default privileges for role postgres grant all on tables to ${shop.name}`,
  ])
    await refused(statement);
  await enqueue(client, `'acme', 'x'`);
  await client.query(`select sluice.put_workspace('acme', 'enterprise')`);
  await refused(`select sluice.enqueue('globex', 'x')`);
  await refused(`select sluice.put_workspace('globex', 'pro')`);
  assert.deepEqual(
    (await callers.inbox()).map(({ workspace_id }) => workspace_id),
    ['acme', 'acme'],
  );
});

test('one error stands for a workspace that is not there and for one that is not granted, whatever else is said', async () => {
  const said = async (workspace: string, more = '') => {
    try {
      await client.query(`select sluice.enqueue('${workspace}', 'x'${more})`);
    } catch (error) {
      const { code, message, hint, detail } = error as pg.DatabaseError;
      return [code, message.replace(workspace, 'W'), hint?.replace(workspace, 'W'), detail];
    }
    return assert.fail('it was not refused');
  };
  const { pool } = callers.database;
  await pool.query(`update workspaces set deleting_since = now(), pending = 1000000 where id = 'globex'`);
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, idempotency_key) values (gen_random_uuid(), 'globex', 1, 'x', 'a key')`,
  );
  for (const more of ['', `, null::text, 'a key'`, `, '1', start_before => now() - interval '1 s'`])
    assert.deepEqual(await said('globex', more), await said('nowhere', more));
  await pool.query(`update workspaces set deleting_since = null, pending = 0 where id = 'globex'`);
});

test('nobody is let in without a row of grants: not even the owner, who is a superuser here', async () => {
  await assert.rejects(callers.asOwner(`select sluice.enqueue('acme', 'x')`), { code: '42501' });
  await assert.rejects(callers.asOwner(`select sluice.put_workspace('acme', 'pro')`), { code: '42501' });
});

test('a grant is for one right and one workspace, or for all; it holds from its commit on, and ends with its removal', async () => {
  const role = await callers.role('late');
  const session = await role.connect();
  const tries = async () => {
    const done: string[] = [];
    for (const [name, call] of [
      ['acme', `enqueue('acme', 'x')`],
      ['globex', `enqueue('globex', 'x')`],
      ['put', `put_workspace('new', 'pro')`],
    ] as const)
      try {
        await session.query(`select sluice.${call}`);
        done.push(name);
      } catch (error) {
        assert.equal((error as pg.DatabaseError).code, '42501');
      }
    return done;
  };
  const grant = (workspaceId: string, right: 'enqueue' | 'put_workspace') => ({
    role: role.name,
    workspaceId,
    right,
  });
  assert.deepEqual(await tries(), []);
  assert.equal(await addGrant(callers.database, grant('globex', 'enqueue'), BY), true);
  assert.equal(await addGrant(callers.database, grant('globex', 'enqueue'), BY), false);
  assert.deepEqual(await tries(), ['globex']);
  await addGrant(callers.database, grant('*', 'put_workspace'), BY);
  await addGrant(callers.database, grant('*', 'enqueue'), BY);
  assert.deepEqual(await tries(), ['acme', 'globex', 'put']);
  assert.equal(await removeGrant(callers.database, grant('*', 'enqueue'), BY), true);
  assert.deepEqual(await tries(), ['globex', 'put']);
  await removeGrant(callers.database, grant('globex', 'enqueue'), BY);
  await removeGrant(callers.database, grant('*', 'put_workspace'), BY);
  assert.equal(await removeGrant(callers.database, grant('*', 'put_workspace'), BY), false);
  assert.deepEqual(await tries(), []);
});

test('who asks is who has logged in: SET ROLE gives no workspace and takes none', async () => {
  const other = await callers.role('other', [['globex']]);
  await callers.asOwner(`grant ${other.name} to ${shop.name}`);
  try {
    await client.query(`set role ${other.name}`);
    await refused(`select sluice.enqueue('globex', 'x')`);
    await enqueue(client, `'acme', 'x'`);
    assert.deepEqual(
      (await callers.inbox()).map(({ by }) => by),
      [`role:${shop.name}`],
    );
  } finally {
    await client.query('reset role');
    await callers.asOwner(`revoke ${other.name} from ${shop.name}`);
  }
});

test('what a caller puts before ours on its search_path changes nothing: tables, temporary ones too, functions, operators and types', async () => {
  const yes = `returns boolean language plpgsql as $$ begin raise exception 'hostile'; end $$`;
  const text = `returns text language plpgsql as $$ begin raise exception 'hostile'; end $$`;
  for (const statement of [
    ...['evil.', 'pg_temp.'].flatMap((schema) => [
      `create table ${schema}role_grants (role text, workspace_id text, "right" text)`,
      `insert into ${schema}role_grants values ('${shop.name}', '*', 'enqueue'), ('${shop.name}', '*', 'put_workspace')`,
      `create table ${schema}workspaces (id text, tier text, workers text, pending integer, scheduled integer, pending_bytes integer, scheduled_bytes integer, deleting_since timestamptz)`,
      `insert into ${schema}workspaces values ('nowhere', 'pro', 'pool', 0, 0, 0, 0)`,
      ...['inbox', 'tiers', 'deployment', 'executions', 'ended_executions', 'workflow_types'].map(
        (name) => `create table ${schema}${name} ()`,
      ),
      `create type ${schema}inbox_kind as enum ('mine')`,
      `create domain ${schema}uuid as text`,
      `create domain ${schema}timestamptz as text`,
    ]),
    `create function evil.compared(text, text) ${yes}`,
    `create operator evil.= (leftarg = text, rightarg = text, function = evil.compared)`,
    `create operator evil.~ (leftarg = text, rightarg = text, function = evil.compared)`,
    `create operator evil.!~ (leftarg = text, rightarg = text, function = evil.compared)`,
    `create operator evil.!~* (leftarg = text, rightarg = text, function = evil.compared)`,
    `create function evil.joined(text, text) ${text}`,
    `create operator evil.|| (leftarg = text, rightarg = text, function = evil.joined)`,
    `create function evil.length(text) returns integer language plpgsql as $$ begin raise exception 'hostile'; end $$`,
    `create function evil.btrim(text, text) ${text}`,
    `create function evil.format(text, text) ${text}`,
    `create function evil.lpad(text, integer, text) ${text}`,
    `create function evil.gen_random_uuid() ${text}`,
    `create function evil.clock_timestamp() ${text}`,
    `create function evil.pg_notify(text, text) ${text}`,
    `create function evil.sha256(bytea) ${text}`,
    `create function evil.refuse_value(text, text) ${text}`,
    `create function evil.inbox_id() ${text}`,
    `create function evil.enqueue(text, text, text) ${text}`,
    `set search_path = evil, pg_temp, pg_catalog, sluice, public`,
  ])
    await client.query(statement);
  for (const workspace of ['globex', 'nowhere']) {
    await refused(`select sluice.enqueue('${workspace}', 'x', '1', 'a key', labels => '{"a":"b"}')`);
    await refused(`select sluice.put_workspace('${workspace}', 'pro')`);
  }
  const id = await enqueue(
    client,
    `'acme', 'x', '1'::json, 'a key', labels => '{"a":"b"}', retry_policy => '{"initialInterval":2}'`,
  );
  await client.query(`select sluice.put_workspace('acme', 'pro')`);
  assert.deepEqual(
    (await callers.inbox()).map(({ id: found, kind }) => [kind, kind === 'enqueue' ? found : '']),
    [
      ['enqueue', id],
      ['put_workspace', ''],
    ],
  );
});

test('a role named sluice, whose "$user" is our schema, has no more than others', async () => {
  const namesake = await callers.role('sluice', [['acme']], true);
  const session = await namesake.connect();
  const { rows } = await session.query('select current_schema() as schema');
  assert.deepEqual(rows, [{ schema: 'sluice' }]);
  for (const statement of [
    'select from role_grants',
    `insert into role_grants values ('sluice', '*', 'enqueue')`,
    'create table mine ()',
    `create function enqueue(text, text) returns uuid language sql return gen_random_uuid()`,
    `select sluice.enqueue('globex', 'x')`,
    `select enqueue('globex', 'x')`,
  ])
    await assert.rejects(session.query(statement), { code: '42501' }, statement);
  // A table of the session's own does not come between either.
  await session.query('create temporary table inbox (like pg_class)');
  const id = (await session.query<{ id: string }>(`select enqueue('acme', 'x') as id`)).rows[0]!.id;
  assert.deepEqual(
    (await callers.inbox()).map((row) => row['id']),
    [id],
  );
});

test('no setting of a session changes what is written or given', async () => {
  const { pool } = callers.database;
  const call =
    `'acme', 'x', '"\\\\ud83d\\\\ude00 \\\\u0041"', 'a key', reference => 'a\\b', labels => '{"a":"b\\\\"c"}', start_after => '2026-01-02T03:04:05.678Z',
    execution_timeout => 60, retry_policy => '{"initialInterval": 0.30000000000000004, "backoffCoefficient": 1.1, "maximumInterval": 2.50}'`.replaceAll(
      '\\\\',
      '\\',
    );
  const plain = await enqueue(client, call);
  const [first] = await callers.inbox();
  assert.equal(first!['id'], plain);
  await client.query(`set standard_conforming_strings = on`);
  const settings = {
    escape_string_warning: 'off',
    datestyle: 'German, DMY',
    intervalstyle: 'iso_8601',
    timezone: 'Asia/Kathmandu',
    extra_float_digits: '-15',
    bytea_output: 'escape',
    transform_null_equals: 'on',
    array_nulls: 'off',
    quote_all_identifiers: 'on',
    row_security: 'off',
    lc_numeric: 'C',
    plan_cache_mode: 'force_custom_plan',
    enable_indexscan: 'off',
    client_encoding: 'SQL_ASCII',
    check_function_bodies: 'off',
    default_text_search_config: 'simple',
    xmloption: 'document',
  };
  const digestOf = async () =>
    (
      await pool.query<{ digest: string }>(
        `select encode(sha256(convert_to(workflow_type || attributes_text(attributes), 'UTF8')), 'hex') as digest from inbox order by id desc limit 1`,
      )
    ).rows[0]!.digest;
  const digest = await digestOf();
  // A session whose functions have not been compiled yet: they are, under its settings.
  const session = await shop.connect();
  for (const [name, value] of Object.entries(settings)) await session.query(`set ${name} = '${value}'`);
  await session.query('begin');
  await session.query('set local standard_conforming_strings = off');
  await session.query('set local escape_string_warning = off');
  await session.query(
    `prepare ask as select sluice.enqueue('acme', 'x', $1, 'a key', reference => $2, labels => $3, start_after => $4, execution_timeout => 60, retry_policy => $5)`,
  );
  const quoted = [
    '"\\ud83d\\ude00 \\u0041"',
    'a\\b',
    '{"a":"b\\"c"}',
    '2026-01-02T03:04:05.678Z',
    '{"initialInterval": 0.30000000000000004, "backoffCoefficient": 1.1, "maximumInterval": 2.50}',
  ].map((value) => `E'${value.replaceAll('\\', '\\\\')}'`);
  await session.query(`execute ask (${quoted.join(', ')})`);
  await assert.rejects(session.query(`select sluice.enqueue('acme', 'x', E'"\\\\ud83d"')`), {
    code: '22023',
  });
  await session.query('rollback');
  await session.query(`set standard_conforming_strings = off`);
  await session.query(`execute ask (${quoted.join(', ')})`);
  const [, second] = await callers.inbox();
  const same = ({ id: _id, at: _at, ...row }: Record<string, unknown>) => row;
  assert.deepEqual(same(second!), same(first!));
  assert.equal(await digestOf(), digest);
  for (const bad of [`E'a\\x01'`, `E'a\\x7f'`])
    await assert.rejects(session.query(`select sluice.enqueue('acme', ${bad})`), { code: '22023' });
});
