import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** The process that takes samples. */
export interface Held {
  /** Up to which event has been counted; null before the first look of all. */
  readonly throughEventId: number | null;
}

/** Becomes the one process that takes samples, or stays it, for so many seconds; null while another is. */
export async function holdSampler(
  db: Db,
  { holder, seconds }: { holder: string; seconds: number },
): Promise<Held | null> {
  const until = sql`clock_timestamp() + make_interval(secs => ${seconds})`;
  const { rows } = await db.execute<{ through: string | null }>(sql`
    insert into sampler as s (holder, held_until) values (${holder}, ${until})
    on conflict (only_row) do update set holder = ${holder}, held_until = ${until}
    where s.holder = ${holder} or s.held_until <= clock_timestamp()
    returning through_event_id as through`);
  const [row] = rows;
  return row === undefined ? null : { throughEventId: row.through === null ? null : Number(row.through) };
}

/** Lets another process be the one at once. */
export async function leaveSampler(db: Db, holder: string): Promise<void> {
  await db.execute(sql`update sampler set held_until = clock_timestamp() where holder = ${holder}`);
}
