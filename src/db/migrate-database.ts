import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { KEPT, type RetentionClass } from '../domain/retention.ts';
import type { TierConfigs } from '../domain/tier.ts';
import { DatabaseUnusableError } from './connection/database-unusable.ts';
import * as schema from './schema.ts';
import { deployment, type TierRow } from './schema.ts';
import { readTiers } from './tiers/read-tiers.ts';
import { seedTiers } from './tiers/seed-tiers.ts';

/** The oldest major version of Postgres that Sluice runs on. */
const POSTGRES_MAJOR_MIN = 14;

/** Seen from dist/src/db, where this file runs. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** Any number that nobody else uses: two processes that migrate at once take turns by it. */
const MIGRATION_LOCK = 5_105_830_114;

/** Below what a request waits for a lock, so that callers notice a migration at most as a slow answer. */
const LOCK_TIMEOUT_MS = 2_000;
const LOCK_PAUSE_MS = 1_000;
const LOCK_PATIENCE_MS = 60_000;
/** Postgres's word for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the database's schema up to date, and makes the rows of tiers that have none; does nothing when all is there. Safe to run from
 * several processes at once. Returns the tiers as they are now.
 *
 * @throws DatabaseUnusableError when Postgres does not answer within 10 s, refuses us or is older than 14, or when another session holds a
 *   table for a minute.
 */
export async function migrateDatabase(
  url: string,
  tierConfigs: TierConfigs,
  log: (line: string) => void,
): Promise<TierRow[]> {
  if (url === '') throw new DatabaseUnusableError(url, 'DATABASE_URL is not set');
  const client = await connect(url);
  try {
    await refuseOldServer(client, url);
    await takeMigrationLock(client, log);
    const db = drizzle(client, { schema });
    const missing = await missingMigrations(client);
    if (missing > 0) {
      log(`applying ${missing} database migration${missing === 1 ? '' : 's'}`);
      await withoutHoldingOthersUp(client, url, log, () =>
        migrate(db, { migrationsFolder: MIGRATIONS_FOLDER }),
      );
    }
    await db.insert(deployment).values({}).onConflictDoNothing();
    for (const row of await seedTiers(db, tierConfigs)) log(seededLine(row));
    await db.execute(sql`select pg_advisory_unlock(${MIGRATION_LOCK})`);
    return await readTiers(db);
  } finally {
    await client.end();
  }
}

function seededLine(row: TierRow): string {
  const { name, limit, maxDurationSeconds, maxPending, maxPendingBytes } = row;
  return (
    `the tier ${name} begins with ${limit} executions at once, each of at most ${maxDurationSeconds} s, and a queue of ${maxPending} ` +
    `and ${maxPendingBytes} bytes; what has ended is kept ${keptFor(row.retentionDays)}, its input and result ` +
    `${keptFor(row.payloadRetentionDays)}; PUT /v1/tiers/${name} changes it`
  );
}

function keptFor(days: RetentionClass): string {
  return days === KEPT ? 'for ever' : `for ${days} days`;
}

async function connect(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      application_name: 'sluice-migrate',
    });
    // Without a listener a connection that breaks between two statements would end the process without a word.
    client.on('error', () => {});
    await client.connect();
    return client;
  } catch (cause) {
    throw new DatabaseUnusableError(url, describe(cause), { cause });
  }
}

async function refuseOldServer(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const major = Math.floor(Number(rows[0]!.server_version_num) / 10_000);
  if (major < POSTGRES_MAJOR_MIN) {
    throw new DatabaseUnusableError(
      url,
      `it is version ${major}, and Sluice needs ${POSTGRES_MAJOR_MIN} or newer`,
    );
  }
}

async function takeMigrationLock(client: pg.Client, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    MIGRATION_LOCK,
  ]);
  if (rows[0]!.locked) return;
  log('waiting for another process that migrates this database');
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
}

/**
 * A statement that waits for a table keeps everybody who comes after it waiting too. So it gives up after two seconds, lets those pass, and
 * comes again, for a minute.
 */
async function withoutHoldingOthersUp(
  client: pg.Client,
  url: string,
  log: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
  const end = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (performance.now() > end)
        throw new DatabaseUnusableError(
          url,
          `a table was held by another session for ${LOCK_PATIENCE_MS / 1000} s, so nothing was migrated; ` +
            'pg_stat_activity shows its open transaction: let it end, then try again',
          { cause: error },
        );
      log('a table is held by another session; the migration lets others pass and tries again');
      await delay(LOCK_PAUSE_MS);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}

async function missingMigrations(client: pg.Client): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
  const table = await client.query<{ oid: string | null }>(
    `select to_regclass('drizzle.__drizzle_migrations') as oid`,
  );
  if (table.rows[0]!.oid === null) return migrations.length;
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at) as newest from drizzle.__drizzle_migrations',
  );
  return migrations.filter((migration) => migration.folderMillis > Number(rows[0]!.newest ?? 0)).length;
}

function describe(cause: unknown): string {
  // Several addresses of one host name fail as an AggregateError without a message of its own.
  if (cause instanceof AggregateError) return cause.errors.map(describe).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
