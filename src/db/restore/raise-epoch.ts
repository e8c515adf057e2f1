import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/**
 * Raises the deployment's epoch, so that no gate compares what it remembers of an earlier one. By the clock and not by one: the database may
 * have been restored to a time before the epoch was last raised, and gates remember that one too.
 *
 * @returns the epoch from now on
 */
export async function raiseEpoch(db: Db): Promise<number> {
  const { rows } = await db.execute<{ epoch: number }>(sql`
    update deployment
    set epoch = greatest(epoch + 1, extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00+00')::integer)
    returning epoch`);
  return rows[0]!.epoch;
}
