import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { ensureDatabase } from '../../src/db/server/ensure-database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { ensureLocalDatabase, letLocalRoleEnqueue } from '../../src/local/postgres/local-database.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { type LocalPostgres, startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';

let dataDir: string;
let postgres: LocalPostgres;
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-owned-'));
  postgres = await startLocalPostgres({
    dataDir,
    port: await freePort(),
    forgetful: true,
    onSpawn: () => {},
    progress: () => {},
  });
});
after(async () => {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  return onServer(url, async (client) => (await client.query<T>(text)).rows);
}

const tables =
  "select tableowner, count(*)::integer as tables from pg_tables where schemaname = 'sluice' group by 1";

test('a database that the superuser made before is handed over whole, and can be migrated and used by its owner alone', async () => {
  const before = await ensureDatabase(postgres.url, 'sluice');
  await migrateDatabase(before, DEFAULT_TIER_CONFIGS, () => {});
  const [made] = await query<{ tableowner: string; tables: number }>(before, tables);
  assert.equal(made?.tableowner, 'postgres');

  const url = await ensureLocalDatabase(postgres.url, dataDir);
  assert.deepEqual(await query(url, tables), [{ tableowner: 'sluice', tables: made.tables }]);
  await query(url, 'alter table executions add column handed_over integer');
  await query(url, "alter type execution_status add value 'handed_over'");
  await migrateDatabase(url, DEFAULT_TIER_CONFIGS, () => {});
  assert.equal(await ensureLocalDatabase(postgres.url, dataDir), url, 'a second start changes nothing');
});

test('tables that the role makes without a word of where lie in public, also when it is named as the schema of Sluice', async () => {
  const url = await ensureLocalDatabase(postgres.url, dataDir);
  // As psql connects: without the search_path of our own sessions.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('create table orders (number integer primary key)');
    const { rows } = await client.query(`select schemaname from pg_tables where tablename = 'orders'`);
    assert.deepEqual(rows, [{ schemaname: 'public' }]);
    await client.query('drop table orders');
  } finally {
    await client.end();
  }
});

test('the role of npm start enqueues by SQL in every workspace, after each start', async () => {
  const url = await ensureLocalDatabase(postgres.url, dataDir);
  for (let start = 0; start < 2; start++) await letLocalRoleEnqueue(url);
  await query(url, `insert into workspaces (id, tier, limit_in_force) values ('acme', 'pro', 5)`);
  await query(url, `select sluice.enqueue('acme', 'x'), sluice.put_workspace('globex', 'pro')`);
  assert.deepEqual(await query(url, 'select "by" from inbox'), [
    { by: 'role:sluice' },
    { by: 'role:sluice' },
  ]);
  const owners = await query(
    url,
    `select distinct proowner::regrole::text as owner from pg_proc where pronamespace = 'sluice'::regnamespace`,
  );
  assert.deepEqual(owners, [{ owner: 'sluice' }], 'also those that the superuser made before');
});

test('the role of the database owns it and can do nothing else on the server', async () => {
  const url = await ensureLocalDatabase(postgres.url, dataDir);
  const [role] = await query(
    url,
    'select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = current_user',
  );
  assert.deepEqual(role, {
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
  });
  await assert.rejects(query(url, "copy (select 1) to program 'true'"), /permission denied/);
  await assert.rejects(query(url, 'create database another'), /permission denied/);
  assert.equal(statSync(join(dataDir, 'sluice-password')).mode & 0o777, 0o600);
});
