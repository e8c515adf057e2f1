import { IS_UNSENT, LOOK_BACK_ID } from './find-waiting.ts';
import type { Outbox } from './outbox.ts';

/** One row of the outbox. */
export interface OutboxRequest {
  readonly id: string;
  readonly workspace: string;
  readonly workflowType: string;
  /** JSON as it was written; null when there is none. */
  readonly input: string | null;
  readonly idempotencyKey: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

export interface ReadRequests {
  readonly requests: readonly OutboxRequest[];
  /** From which id on a later read finds all, if these are sent and were all that there are. */
  readonly lookBackId: string;
}

/**
 * The first requests of a workspace that are neither sent nor refused, in the order of their ids, at least one and not more bytes of input
 * than that; none when the relay has lost its lease. From the given id on, or all.
 */
export async function readRequests(
  { pool }: Outbox,
  { workspace, relay, fromId }: { workspace: string; relay: string; fromId: string | null },
  { rowsMax, bytesMax }: { rowsMax: number; bytesMax: number },
): Promise<ReadRequests> {
  const { rows } = await pool.query<Row>(FIRST, [workspace, relay, fromId, rowsMax, bytesMax]);
  const requests = rows.flatMap(({ id, workflow_type: workflowType, ...row }) => {
    if (id === null) return [];
    const { input, attributes, idempotency_key: idempotencyKey } = row;
    return [{ id, workspace, workflowType, input, idempotencyKey, attributes }];
  });
  return { requests, lookBackId: rows[0]!.look_back_id };
}

interface Row {
  readonly look_back_id: string;
  readonly id: string | null;
  readonly workflow_type: string;
  readonly input: string | null;
  readonly idempotency_key: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

const FIRST = `
  select ${LOOK_BACK_ID} as look_back_id, chosen.*
  from (select) as always left join (
    select id, workflow_type, input, idempotency_key, attributes from (
      select id, workflow_type, input::text, idempotency_key, attributes,
        sum(coalesce(octet_length(input::text), 0)) over (order by id) as bytes,
        row_number() over (order by id) as place
      from (
        select * from sluice_outbox.requests
        where workspace = $1 and ($3::uuid is null or id >= $3) and ${IS_UNSENT}
          and exists (select from sluice_outbox.leases where workspace = $1 and relay = $2)
        order by id limit $4
      ) first
    ) measured
    where place = 1 or bytes <= $5
  ) chosen on true
  order by chosen.id`;
