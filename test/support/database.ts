import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { DEFAULT_TIER_CONFIGS, TIERS, type TierConfigs } from '../../src/domain/tier.ts';
import { setTier } from './rows.ts';

/** The migrated database that every test database is a copy of. */
export const TEMPLATE_DATABASE = 'sluice_template';

export interface TestDatabase {
  readonly url: string;
  /** Ends whoever is still connected. The run fails when a database is left behind. */
  drop(): Promise<void>;
}

/** A migrated database of the caller's own: a copy of the run's template, some tens of milliseconds. Its tiers are the default ones unless given. */
export async function createTestDatabase(tiers: TierConfigs = DEFAULT_TIER_CONFIGS): Promise<TestDatabase> {
  const database = await createDatabaseFrom(TEMPLATE_DATABASE);
  if (!isDeepStrictEqual(tiers, DEFAULT_TIER_CONFIGS))
    await onServer(database.url, async (client) => {
      for (const tier of TIERS) await setTier(client, tier, tiers[tier]);
    });
  return database;
}

/** One that no migration has seen. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom('template1');
}

async function createDatabaseFrom(template: string): Promise<TestDatabase> {
  const serverUrl = process.env['SLUICE_TEST_POSTGRES_URL'];
  if (!serverUrl)
    throw new Error('SLUICE_TEST_POSTGRES_URL is not set: run tests with `node tools/test.mjs FILE`');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, (server) => server.query(`create database ${name} template ${template}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const drop = `drop database ${name} with (force)`;
  return {
    url: url.toString(),
    async drop() {
      await onServer(serverUrl, (server) => server.query(drop));
    },
  };
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
