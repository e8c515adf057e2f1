import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Client, ClientBase } from 'pg';
import { LEAF_PARENTS } from '../../src/db/partitions/grid.ts';
import { makePartitions } from '../../src/db/partitions/make-partitions.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { dumpDatabase } from './dump-database.ts';

/** Committed: the rows of a database that a release filled, in a file that is named for that release's last migration. */
const FOLDER = join(REPOSITORY, 'test/upgrade/databases');

const MIGRATIONS_FOLDER = join(REPOSITORY, 'drizzle');

/** The last migration of the release that kept all executions in one table. */
export const BEFORE_THE_LEDGER = 6;

/** The last migration of the release that knew no keys. */
export const BEFORE_KEYS = 7;

/** A database as the release left it whose last migration has that number: its schema, and the rows that it was kept with, if asked for. */
export async function createKeptDatabase(
  migration: number,
  rows: 'with its rows' | 'empty' = 'with its rows',
): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  await onServer(database.url, async (client) => {
    await makeSchemaOf(client, migration);
    if (rows === 'empty') return;
    const kept = readFileSync(pathOf(migration), 'utf8');
    if (migration > BEFORE_THE_LEDGER) await makeLeavesFor(client, kept);
    await client.query('truncate drizzle.__drizzle_migrations');
    await client.query(kept);
  });
  return database;
}

/** A session that finds tables where this release has them, and before its migration where the release before has them. */
export async function onKeptDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  return await onServer(url, async (client) => {
    await client.query('set search_path = sluice, public');
    return await work(client);
  });
}

/** The partitions of the day on which the rows were written. */
async function makeLeavesFor(client: ClientBase, kept: string): Promise<void> {
  const moment = new Date(/'(\d{4}-\d\d-\d\d [\d:.]+\+00)'/.exec(kept)![1]!);
  for (const { name } of LEAF_PARENTS)
    await makePartitions(client, { aheadDays: 0, also: { parent: name, moment } });
}

/** What the migrations up to that number make of an empty database, with drizzle's account of them. */
export async function makeSchemaOf(client: ClientBase, migration: number): Promise<void> {
  await client.query(
    `set search_path = public;
     create schema drizzle;
     create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
  for (const { sql, hash, folderMillis } of migrations.slice(0, migration + 1)) {
    for (const statement of sql) await client.query(statement);
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      folderMillis,
    ]);
  }
}

/** Keeps the rows of a database that this release has filled. Returns the file's path. */
export async function keepDatabase(url: string): Promise<string> {
  const last = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).length - 1;
  const dump = await onServer(url, (client) => dumpDatabase(client));
  writeFileSync(pathOf(last), `${headerOf(last)}\n${dump}`);
  return pathOf(last);
}

function pathOf(migration: number): string {
  return join(FOLDER, `${numberOf(migration)}.sql`);
}

function numberOf(migration: number): string {
  return String(migration).padStart(4, '0');
}

function headerOf(migration: number): string {
  return (
    `-- Rows of a database of the release whose last migration is ${numberOf(migration)}: a starting point of the tests of an upgrade.\n` +
    '-- The real product wrote them with real workflows, driven by record-database.test.ts of that very release:\n' +
    '-- `node tools/record-database.mjs`. Not edited afterwards. The schema is what the migrations up to that one make.\n'
  );
}
