import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { eventually } from '../support/eventually.ts';

const name = `sluice_test_${randomBytes(6).toString('hex')}`;
const serverUrl = process.env['SLUICE_TEST_POSTGRES_URL']!;
const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString();

const server = new pg.Client({ connectionString: serverUrl });
before(async () => {
  await server.connect();
  await server.query(`create database ${name}`);
});
after(async () => {
  await server.query(`drop database ${name} with (force)`);
  await server.end();
});

test('a migration that meets a held table gives up after two seconds, says so, and goes on when it is free', async () => {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('begin');
  // Of the name that a migration makes a table by, so that it waits for this transaction.
  await other.query('create table workspaces (held boolean)');
  const said: string[] = [];
  const migrated = migrateDatabase(url, (line) => said.push(line));
  await eventually(() =>
    assert.ok(said.some((line) => line.startsWith('a table is held by another session'))),
  );
  await other.query('rollback');
  await other.end();
  await migrated;
  await migrateDatabase(url, (line) => assert.fail(`nothing is left to do, yet: ${line}`));
});
