import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';

/** The migrated database that every test database is a copy of. */
export const TEMPLATE_DATABASE = 'sluice_template';

export interface TestDatabase {
  readonly url: string;
  /** Ends whoever is still connected. The run fails when a database is left behind. */
  drop(): Promise<void>;
}

/** A migrated database of the caller's own: a copy of the run's template, some tens of milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env['SLUICE_TEST_POSTGRES_URL'];
  if (!serverUrl)
    throw new Error('SLUICE_TEST_POSTGRES_URL is not set: run tests with `node tools/test.mjs FILE`');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${TEMPLATE_DATABASE}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => onServer(serverUrl, `drop database ${name} with (force)`) };
}

/** A database of the caller's own, and connections to it. */
export interface OpenTestDatabase {
  readonly database: Database;
  /** Closes the connections and drops the database. */
  close(): Promise<void>;
}

/** Eight connections and the product's time-outs, unless told otherwise. */
export async function openTestDatabase(
  settings: { poolSize?: number; statementTimeoutMs?: number; lockTimeoutMs?: number } = {},
): Promise<OpenTestDatabase> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase({
    poolSize: 8,
    ...settings,
    url,
    applicationName: 'test',
    onError: () => {},
  });
  return {
    database,
    async close() {
      await database.close();
      await drop();
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
