import type { ReconcileRequest, Reservation } from '../../../workflows/gate/contract.ts';
import type { Statement } from '../../connection/pipelined-transaction.ts';
import { IS_PAUSED, LOCKED_WORKSPACE, rememberingPlace } from '../../workspaces/lock-workspace.ts';
import { BYTES_TO_TELL, INPUT, KEY_DIGEST, type RowToStart, toStart } from '../find-to-tell.ts';

/**
 * A gate holds at most so many rows: twice the limit, and at least 20, so that ten ends are reported together before they are used up. Each is handed over once, with its
 * input, which stays in the gate's history.
 */
const RESERVED_ROWS = 'least(250, greatest(20, 2 * limit_in_force))';

/** One answer hands over at most this much of input, labels and retry policies. A row that is larger is never reserved, and the rows behind it wait for it. */
const RESERVED_MAX_BYTES = 64 * 1024;

/** Each row says the same of the reservation. An answer that hands nothing over is one row without an execution. */
export interface ReservedRow extends Omit<RowToStart, 'id'> {
  readonly id: string | null;
  readonly recall_number: number;
  readonly is_recalling: boolean;
  readonly is_listened_to: boolean;
}

/**
 * Recalls what the gate holds, when its rows must not be started any more; or hands it the next rows of the queue. They stay pending. Of another run's
 * reservation nothing is known but where it ends: until the last of its rows is claimed, in the usual way, nobody gets a new one.
 *
 * Nothing is reserved while more run than the limit allows: each end that was replaced would keep it so.
 *
 * The list ends before the first row with a `start_before`, which must not be started after its time, and before one whose end was asked for.
 */
export function reserveRows(
  { workspaceId, claim, reservation }: ReconcileRequest,
  { gateRunId, isEnabled }: { gateRunId: string; isEnabled: boolean },
): Statement {
  return {
    name: 'reserve-rows',
    text: `
      with before as materialized (
        select ctid, limit_in_force, claimed_through_seq, recall_number, recall_wanted, is_recalling, reserved_limit,
          coalesce(reserved_by = $2, false) as is_own, reserved_through_seq, reserved_through_seq > claimed_through_seq as is_left,
          coalesce(reserved_by <> $2, false) and exists (
            select from executions where workspace_id = $1 and status = 'pending' and seq > claimed_through_seq and seq <= reserved_through_seq) as is_anothers,
          not $3::boolean or ${IS_PAUSED} or deleting_since is not null or restoring_since is not null as stands,
          running <= limit_in_force as fits
        from workspaces where ${LOCKED_WORKSPACE}),
      judged as (
        select *, is_own and not is_recalling and ${RECALLS} as recalls from before),
      settling as (
        select *, recalls or is_own and is_recalling as is_recalled from judged),
      decided as (
        select *, not stands and fits and $4::boolean and not is_anothers and not is_recalled as reserves from settling),
      next as (
        select id, seq, bytes, sum(bytes) over (order by seq) as bytes_through, bool_and(may_wait) over (order by seq) as is_unbroken
        from (
          select id, seq, ${BYTES_TO_TELL} as bytes,
            start_before is null and cancel_requested_at is null and terminate_requested_at is null as may_wait
          from executions where workspace_id = $1 and status = 'pending'
            and seq > (select greatest(claimed_through_seq, $5::bigint) from before)
          order by seq limit (select case when reserves then greatest(0, ${RESERVED_ROWS} - $6::integer) else 0 end from decided)) as first),
      reserved as (select id, seq from next where is_unbroken and bytes_through <= ${RESERVED_MAX_BYTES}),
      through as (select max(seq) as seq from reserved),
      settled as (
        update workspaces w
        set reserved_by = case when d.reserves then $2 else w.reserved_by end,
          reserved_through_seq = case when d.reserves then greatest(through.seq, case when d.is_own then d.reserved_through_seq end) else d.reserved_through_seq end,
          reserved_limit = case when d.reserves then greatest(d.limit_in_force, case when d.is_own and d.is_left then d.reserved_limit end) else d.reserved_limit end,
          recall_number = d.recall_number + d.recalls::integer, is_recalling = d.is_recalled, recall_wanted = d.recall_wanted and not d.recalls and not d.reserves
        from decided d, through where w.ctid = d.ctid and (d.recalls or through.seq is not null or d.reserves and d.is_own and d.limit_in_force > d.reserved_limit)
        returning ${rememberingPlace('w.ctid')})
      select d.recall_number + d.recalls::integer as recall_number, d.is_recalled as is_recalling,
        exists (select from workspace_listeners l where l.workspace_id = $1 and l.listens_until > statement_timestamp()) as is_listened_to,
        e.id, e.seq, e.workflow_type, ${INPUT} as input, e.input_bytes is not null as has_input, ${KEY_DIGEST} as key_digest,
        e.execution_timeout_seconds, e.retry_policy, e.labels
      from decided d left join reserved r on true left join lateral (select * from executions where id = r.id offset 0) e on true
      order by e.seq`,
    values: [workspaceId, gateRunId, isEnabled, claim, reservation?.throughSeq ?? 0, reservation?.rows ?? 0],
  };
}

/** Of the workspace before: what its own gate has left must not be started any more. */
const RECALLS = '(is_left and (stands or recall_wanted or limit_in_force < reserved_limit))';

/** What the gate is told. */
export function reservationOf(
  rows: readonly ReservedRow[],
  tier: { readonly maxDurationSeconds: number },
): Reservation | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    recallNumber: first.recall_number,
    isRecalling: first.is_recalling,
    isListenedTo: first.is_listened_to,
    rows: rows.flatMap(({ id, ...row }) => (id === null ? [] : [toStart({ id, ...row }, tier)])),
  };
}
