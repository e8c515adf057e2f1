import { sql } from 'drizzle-orm';
import type { Db } from './database.ts';

/**
 * The time by Postgres' clock as a Date can hold it: to the millisecond and rounded up, so that nothing that happened before has a later time. For a row that
 * is written before the record that is to say the same, and for dividing what is there from what comes later.
 */
export async function now(db: Pick<Db, 'execute'>): Promise<Date> {
  const { rows } = await db.execute<{ now: Date | string }>(NOW);
  return new Date(rows[0]!.now);
}

const NOW = sql`select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as now`;
