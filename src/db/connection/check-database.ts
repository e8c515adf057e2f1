import { TIERS } from '../../domain/tier.ts';
import { deployment, type TierRow } from '../schema.ts';
import { readTiers } from '../tiers/read-tiers.ts';
import { MIGRATED_BY_NEWER, schemaVersion } from '../upgrade/schema-version.ts';
import type { Database } from './database.ts';
import { DatabaseUnusableError } from './database-unusable.ts';

/** Postgres's own words for a table and for a column that are not there. */
const UNDEFINED = ['42P01', '42703'];

/**
 * Asks a database for the rows that every migrated one has, and returns the rows of its tiers.
 *
 * @throws DatabaseUnusableError when it does not answer, refuses us, or has not been migrated by this version.
 */
export async function checkDatabase(database: Database, url: string): Promise<TierRow[]> {
  // Without an address pg would take that of its own defaults, which is some other database.
  if (url === '') throw new DatabaseUnusableError(url, 'DATABASE_URL is not set');
  let rows: { version: number }[];
  let tiers: TierRow[];
  try {
    rows = await database.db.select({ version: deployment.schemaVersion }).from(deployment);
    tiers = await readTiers(database.db);
  } catch (error) {
    const cause = innermost(error);
    const unmigrated = UNDEFINED.includes(String((cause as { code?: unknown }).code));
    throw new DatabaseUnusableError(url, unmigrated ? NOT_MIGRATED : cause.message, { cause: error });
  }
  if (rows.length === 0) throw new DatabaseUnusableError(url, NOT_MIGRATED);
  refuseOtherVersion(rows[0]!.version, url);
  const missing = TIERS.filter((tier) => !tiers.some(({ name }) => name === tier));
  if (missing.length > 0)
    throw new DatabaseUnusableError(
      url,
      `there is no row for the tier ${missing.join(', ')}; run \`npx sluice migrate\` of this version against it first`,
    );
  return tiers;
}

const NOT_MIGRATED =
  "Sluice's tables are missing, or are those of another version; run `npx sluice migrate` against it first";

/** Zero stands for a migration that has begun. */
function refuseOtherVersion(version: number, url: string): void {
  if (version > schemaVersion()) throw new DatabaseUnusableError(url, MIGRATED_BY_NEWER);
  if (version < schemaVersion())
    throw new DatabaseUnusableError(
      url,
      'its migration has begun and not ended; run `npx sluice migrate` against it, which goes on where it stopped',
    );
}

/** drizzle's own message repeats the query; the operator needs its cause. */
function innermost(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return innermost(error.cause);
  return error instanceof Error ? error : new Error(String(error));
}
