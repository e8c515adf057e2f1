import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDatabase } from '../../src/db/connection/database.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { BEFORE_KEYS, createKeptDatabase } from './kept-database.ts';

function dropAfter(t: TestContext, database: TestDatabase): string {
  t.after(() => database.drop());
  return database.url;
}

async function migrated(url: string): Promise<string[]> {
  const lines: string[] = [];
  await migrateDatabase(url, DEFAULT_TIER_CONFIGS, (line) => lines.push(line));
  return lines;
}

const namesIn = (schema: string) =>
  `select coalesce(array_agg(relname::text order by relname), '{}') as names from pg_class
   where relnamespace = to_regnamespace('${schema}') and relkind in ('r', 'p', 'v')`;

test("Sluice's tables stand beside a service's own of the same names, which the same library may have migrated", async (t) => {
  const url = dropAfter(t, await createEmptyDatabase());
  await onServer(url, (client) =>
    client.query(`
      create schema drizzle;
      create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('the service''s', 32503680000000);
      create table public.workspaces (theirs text);
      create table public.events (theirs text);
      create type public.tier as enum ('gold');
      insert into public.workspaces values ('kept')`),
  );
  await migrated(url);
  assert.deepEqual(await migrated(url), [], 'a second migration finds nothing to do');
  const database = openDatabase({ url, poolSize: 1, applicationName: 'test', onError: () => {} });
  t.after(() => database.close());
  assert.deepEqual((await database.pool.query('select id from workspaces')).rows, []);
  const [theirs, journal, left] = await Promise.all([
    database.pool.query('select theirs from public.workspaces'),
    database.pool.query('select hash from drizzle.__drizzle_migrations'),
    database.pool.query<{ names: string[] }>(namesIn('public')),
  ]);
  assert.deepEqual(theirs.rows, [{ theirs: 'kept' }]);
  assert.deepEqual(journal.rows, [{ hash: "the service's" }]);
  assert.deepEqual(left.rows[0]!.names, ['events', 'workspaces']);
});

test('what an older release has in the schema public moves with its rights; what is not its own stays', async (t) => {
  const url = dropAfter(t, await createKeptDatabase(BEFORE_KEYS));
  const reader = `reader_${new URL(url).pathname.slice(-12)}`;
  t.after(() =>
    onServer(process.env['SLUICE_TEST_POSTGRES_URL']!, (client) => client.query(`drop role ${reader}`)),
  );
  await onServer(url, (client) =>
    client.query(`
      create role ${reader};
      set search_path = public;
      grant select on all tables in schema public to ${reader};
      alter default privileges in schema public grant select on tables to ${reader};
      create table orders (id integer);
      create type colour as enum ('red');
      create view waiting as select id from executions`),
  );
  const before = await onServer(url, async (client) => {
    const { rows } = await client.query<{ names: string[] }>(namesIn('public'));
    return rows[0]!.names.filter((name) => name !== 'orders' && name !== 'waiting');
  });
  assert.ok(
    (await migrated(url)).includes('moving all tables from the schema public into the schema sluice'),
  );
  await onServer(url, async (client) => {
    const names = async (schema: string) =>
      (await client.query<{ names: string[] }>(namesIn(schema))).rows[0]!.names;
    assert.deepEqual(await names('public'), ['orders', 'waiting']);
    const moved = await names('sluice');
    assert.deepEqual(
      before.filter((name) => !moved.includes(name) && !name.startsWith('legacy_')),
      [],
    );
    assert.equal(
      (await client.query(`select to_regtype('public.colour') is not null as is_there`)).rows[0].is_there,
      true,
    );
    await client.query(`set role ${reader}`);
    // One that moved, and one that was made after.
    for (const table of ['executions', 'changes']) await client.query(`select from ${table} limit 1`);
    await client.query('reset role');
    await client.query('select from public.waiting limit 1');
  });
});

test('no migration names a schema: drizzle-kit writes "public" before types and foreign keys, which npm run db:generate takes out', () => {
  const folder = join(REPOSITORY, 'drizzle');
  const naming = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .filter((name) => readFileSync(join(folder, name), 'utf8').includes('"public".'));
  assert.deepEqual(naming, []);
});
