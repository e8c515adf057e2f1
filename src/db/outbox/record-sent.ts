import type { Outbox } from './outbox.ts';

export interface SentRequest {
  readonly id: string;
  readonly executionId: string;
}

/**
 * Deletes requests that Sluice has accepted, or marks them as sent to keep them for a while. Whoever holds the lease by now: they are
 * accepted.
 */
export async function recordSent(
  { pool }: Outbox,
  sent: readonly SentRequest[],
  { isKept }: { isKept: boolean },
): Promise<void> {
  if (sent.length === 0) return;
  const ids = sent.map(({ id }) => id);
  if (isKept) await pool.query(KEEP, [ids, sent.map(({ executionId }) => executionId)]);
  else await pool.query('delete from sluice_outbox.requests where id = any($1::uuid[])', [ids]);
}

const KEEP = `
  update sluice_outbox.requests set sent_at = clock_timestamp(), execution_id = sent.execution_id
  from unnest($1::uuid[], $2::uuid[]) as sent (id, execution_id)
  where requests.id = sent.id`;
