import type { Database } from '../connection/database.ts';
import { isNotAllowed } from '../connection/unavailable.ts';
import { makePartitionsOf, type Wanted } from './make-partitions.ts';

/** Postgres's word for a row that a constraint refuses. It names the constraint, except when it is the row's partition that is missing. */
const CHECK_VIOLATION = '23514';

/**
 * Runs a write. When the partition of one of its rows is missing, makes those that hold now, and the row's own, and runs it again, once for each table: a
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
  // Another table may lose its partition while the first one's is made: somebody detaches them one after the other.
  const madeFor = new Set<string>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const row = rowWithoutPartition(error);
      if (row === null || madeFor.has(row.parent)) throw error;
      madeFor.add(row.parent);
      await makeFor(row, make);
    }
  }
}

async function makeFor(
  { parent, moment }: RowWithoutPartition,
  make: (wanted: Wanted) => Promise<unknown>,
): Promise<void> {
  try {
    await make({ aheadDays: 0, ...(moment !== null && { also: { parent, moment } }) });
  } catch (error) {
    throw isNotAllowed(error) ? new PartitionMissingError(error) : error;
  }
}

/** Thrown when rows have no partition, and the role of this process may not make one. */
export class PartitionMissingError extends Error {
  override readonly name = 'PartitionMissingError';
  /** Postgres' own for what is not in the state that it must be in: it passes. */
  readonly code = '55000';

  constructor(cause: unknown) {
    super(
      'there is no partition for rows of now, and the role of this process may not make one; start a worker with the role gates, or run `npx sluice migrate`, ' +
        'with the DATABASE_URL of the role that owns the tables (docs/postgres.md)',
      { cause },
    );
  }
}

interface PostgresError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
  readonly detail?: unknown;
}

interface RowWithoutPartition {
  /** The table that has no partition for it. */
  readonly parent: string;
  /** The row's, if Postgres tells it. */
  readonly moment: Date | null;
}

/** Null for any other error. */
function rowWithoutPartition(error: unknown): RowWithoutPartition | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code, constraint, table, detail } = cause as PostgresError;
    if (code !== CHECK_VIOLATION || constraint !== undefined || typeof table !== 'string') continue;
    // The words are those of the server's language, the value in the last parentheses is not.
    const moment = new Date(/\(([^()]*)\)[^()]*$/.exec(String(detail))?.[1] ?? '');
    return { parent: table, moment: Number.isNaN(moment.getTime()) ? null : moment };
  }
  return null;
}
