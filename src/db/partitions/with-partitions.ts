import type { Database } from '../connection/database.ts';
import { makePartitionsOf, type Wanted } from './make-partitions.ts';

/** Postgres's word for a row that a constraint refuses. It names the constraint, except when it is the row's partition that is missing. */
const CHECK_VIOLATION = '23514';

/**
 * Runs a write. When the partition of one of its rows is missing, makes those that hold now, and the row's own, and runs it again, once: a
 * workspace must not stand still because nobody made partitions in time. `work` is a whole transaction: nothing of it is left when it fails.
 */
export async function withPartitions<T>(
  database: Pick<Database, 'pool'>,
  work: () => Promise<T>,
): Promise<T> {
  return await withPartitionsMadeBy((wanted) => makePartitionsOf(database, wanted), work);
}

/** As `withPartitions`, by the caller's own way of making them. */
export async function withPartitionsMadeBy<T>(
  make: (wanted: Wanted) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const row = rowWithoutPartition(error);
    if (row === null) throw error;
    await make({ aheadDays: 0, ...row });
    return await work();
  }
}

interface PostgresError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
  readonly detail?: unknown;
}

/** The parent that has no partition for a row, and the row's moment if Postgres tells it; null for any other error. */
function rowWithoutPartition(error: unknown): Pick<Wanted, 'also'> | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code, constraint, table, detail } = cause as PostgresError;
    if (code !== CHECK_VIOLATION || constraint !== undefined || typeof table !== 'string') continue;
    // The words are those of the server's language, the value in the last parentheses is not.
    const moment = new Date(/\(([^()]*)\)[^()]*$/.exec(String(detail))?.[1] ?? '');
    return Number.isNaN(moment.getTime()) ? {} : { also: { parent: table, moment } };
  }
  return null;
}
