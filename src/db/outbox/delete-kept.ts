import type { Outbox } from './outbox.ts';

/** Deleted by one statement at most. */
const ROWS_MAX = 5_000;

/** Deletes requests that were sent longer ago, and leases that nobody has wanted for an hour. False when there may be more. */
export async function deleteKept({ pool }: Outbox, keptHours: number): Promise<boolean> {
  const { rowCount } = await pool.query(SENT, [keptHours, ROWS_MAX]);
  await pool.query(`delete from sluice_outbox.leases where until < clock_timestamp() - interval '1 hour'`);
  return (rowCount ?? 0) < ROWS_MAX;
}

const SENT = `
  delete from sluice_outbox.requests where id in (
    select id from sluice_outbox.requests
    where sent_at < statement_timestamp() - $1::integer * interval '1 hour'
    order by sent_at limit $2
  )`;
