import type { Outbox } from './outbox.ts';

export interface RefusedRequest {
  readonly id: string;
  /** The name of the problem, as `workflow-type-unknown`. */
  readonly reason: string;
  /** What to do about it, in words. */
  readonly detail: string;
}

/**
 * Keeps requests that Sluice has refused for good, with the reason; they are not sent again. Nothing without the lease: whoever has it by now may have
 * been answered otherwise.
 */
export async function recordRefused(
  { pool }: Outbox,
  { workspace, relay }: { workspace: string; relay: string },
  refused: readonly RefusedRequest[],
): Promise<void> {
  if (refused.length === 0) return;
  const columns = (['id', 'reason', 'detail'] as const).map((name) => refused.map((one) => one[name]));
  await pool.query(REFUSE, [workspace, relay, ...columns]);
}

const REFUSE = `
  update sluice_outbox.requests set refused_at = clock_timestamp(), reason = refused.reason, detail = refused.detail
  from unnest($3::uuid[], $4::text[], $5::text[]) as refused (id, reason, detail)
  where requests.id = refused.id and requests.sent_at is null
    and exists (select from sluice_outbox.leases where workspace = $1 and relay = $2)`;
