import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { KEPT, type RetentionClass } from '../domain/retention.ts';
import type { TierConfigs } from '../domain/tier.ts';
import { DatabaseUnusableError } from './connection/database-unusable.ts';
import { inOwnSchema, OWN_SCHEMA } from './connection/own-schema.ts';
import { makePartitions } from './partitions/make-partitions.ts';
import * as schema from './schema.ts';
import { deployment, type TierRow } from './schema.ts';
import { readTiers } from './tiers/read-tiers.ts';
import { seedTiers } from './tiers/seed-tiers.ts';
import { letOthersPass } from './upgrade/let-others-pass.ts';
import { moveIntoOwnSchema } from './upgrade/move-into-own-schema.ts';
import { moveLegacyExecutions } from './upgrade/move-legacy-executions.ts';
import {
  MIGRATIONS_FOLDER,
  missingMigrations,
  recordSchemaVersion,
  refuseNewerSchema,
} from './upgrade/schema-version.ts';

/** The oldest major version of Postgres that Sluice runs on. */
const POSTGRES_MAJOR_MIN = 14;

/** Any number that nobody else uses: two processes that migrate at once take turns by it. */
const MIGRATION_LOCK = 5_105_830_114;

/**
 * Brings the database's schema up to date, makes the partitions and the rows of tiers that are missing, and moves the rows of the release before;
 * does nothing when all is there. Safe to run from several processes at once, and again after it was killed. Returns the tiers as they are now.
 *
 * @throws DatabaseUnusableError when Postgres does not answer within 10 s, refuses us or is older than 14, when a newer version has migrated it,
 *   or when another session holds a table for a minute.
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
    await letOthersPass(client, url, log, () => moveIntoOwnSchema(client, log));
    await refuseNewerSchema(client, url);
    const db = drizzle(client, { schema });
    const missing = await missingMigrations(client);
    if (missing > 0) {
      log(`applying ${missing} database migration${missing === 1 ? '' : 's'}`);
      await letOthersPass(client, url, log, () =>
        migrate(db, { migrationsFolder: MIGRATIONS_FOLDER, migrationsSchema: OWN_SCHEMA }),
      );
    }
    await letOthersPass(client, url, log, () => makePartitions(client));
    await db.insert(deployment).values({}).onConflictDoNothing();
    for (const row of await seedTiers(db, tierConfigs)) log(seededLine(row));
    await moveLegacyExecutions(client, url, log);
    await recordSchemaVersion(client);
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
      ...inOwnSchema(url),
      connectionTimeoutMillis: 10_000,
      application_name: 'sluice-migrate',
    });
    // Without a listener a connection that breaks between two statements would end the process without a word.
    client.on('error', () => {});
    await client.connect();
    // A bound that the database sets is made for requests: counting or analysing a large table takes longer.
    await client.query('set statement_timeout = 0');
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

function describe(cause: unknown): string {
  // Several addresses of one host name fail as an AggregateError without a message of its own.
  if (cause instanceof AggregateError) return cause.errors.map(describe).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
