import { deployment } from '../schema.ts';
import type { Database } from './database.ts';
import { DatabaseUnusableError } from './database-unusable.ts';

/** Postgres's own word for a table that is not there. */
const UNDEFINED_TABLE = '42P01';

/**
 * Asks a database for the one row that every migrated one has.
 *
 * @throws DatabaseUnusableError when it does not answer, refuses us, or has not been migrated.
 */
export async function checkDatabase(database: Database, url: string): Promise<void> {
  // Without an address pg would take that of its own defaults, which is some other database.
  if (url === '') throw new DatabaseUnusableError(url, 'DATABASE_URL is not set');
  let rows: { id: string }[];
  try {
    rows = await database.db.select({ id: deployment.id }).from(deployment);
  } catch (error) {
    const cause = innermost(error);
    const unmigrated = (cause as { code?: unknown }).code === UNDEFINED_TABLE;
    throw new DatabaseUnusableError(url, unmigrated ? NOT_MIGRATED : cause.message, { cause: error });
  }
  if (rows.length === 0) throw new DatabaseUnusableError(url, NOT_MIGRATED);
}

const NOT_MIGRATED = "Sluice's tables are not there; run `npx sluice migrate` against it first";

/** drizzle's own message repeats the query; the operator needs its cause. */
function innermost(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return innermost(error.cause);
  return error instanceof Error ? error : new Error(String(error));
}
