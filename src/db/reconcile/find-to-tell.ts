import type { RetryPolicy } from '../../domain/start/retry-policy.ts';
import type {
  AdmittedExecution,
  ReconcileRequest,
  ReservedExecution,
} from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { LOCKED_WORKSPACE } from '../workspaces/lock-workspace.ts';

/**
 * One answer carries at most this much of input, labels and retry policies: escaping inside JSON can double it, and a local activity's result of 2 MB makes
 * the server terminate the gate, and every gate after it.
 */
const ANSWER_INPUT_MAX_BYTES = 512 * 1024;

/** One answer names at most this many rows; each costs some 300 bytes beside its input. */
const ANSWER_MAX_ROWS = 250;

/** One answer asks for at most this many ends. The rest follows when these are delivered. */
const ANSWER_MAX_ENDS = 1_000;

/** Of a row that is told to be started, beside what any row takes. */
export const BYTES_TO_TELL =
  'coalesce(input_bytes, 0) + coalesce(octet_length(labels::text), 0) + coalesce(octet_length(retry_policy::text), 0)';

export const KEY_DIGEST = "encode(sha256(convert_to(e.idempotency_key, 'UTF8')), 'hex')";

/** The row names the partitions that can have it: its class, and no time before it was accepted by more than its transaction took. */
export const INPUT = `(
  select convert_from(p.data, 'UTF8') from payloads p
  where p.execution_id = e.id and p.kind = 'input' and p.retention_days = e.payload_retention_days
    and p.kept_from >= e.created_at - interval '1 hour' limit 1)`;

/** Its end was asked for before it was admitted: so it was reserved then, and no gate starts it from there on. */
const END_CAME_FIRST = 'coalesce(least(cancel_requested_at, terminate_requested_at) < admitted_at, false)';

/** What the start of an execution needs. */
export interface RowToStart {
  readonly id: string;
  readonly seq: string;
  readonly workflow_type: string;
  readonly input: string | null;
  readonly has_input: boolean;
  readonly key_digest: string | null;
  readonly execution_timeout_seconds: number | null;
  readonly retry_policy: RetryPolicy | null;
  readonly labels: Readonly<Record<string, string>> | null;
}

/** A running row that the gate did not name as known. Without its input and what else only a start needs when none is wanted. */
export interface UnknownRow extends RowToStart {
  readonly kind: 'unknown';
  readonly admitted_at: string;
  readonly next: AdmittedExecution['next'];
  readonly cancel: boolean;
  /** Which end was asked for before its admission; a termination counts for more. Null unless that is why it is to be looked for. */
  readonly end_requested: 'cancel' | 'terminate' | null;
  /** How many there are in all. */
  readonly unknown: string;
}

/** A running row whose end was asked for, and is not delivered. */
export interface UndeliveredRow {
  readonly kind: 'undelivered';
  readonly id: string;
  readonly cancel: boolean;
  readonly terminate: boolean;
}

/**
 * What the gate has to be told of the running rows, each kind in seq order. `unknown`: as many of those that it did not name as known as one answer may
 * carry, and at least one. One whose start is recorded comes without its input; of the others no more than the gate can start, and none
 * while the workspace is restoring. One whose end was asked for while it was reserved is not started: it is looked for in Temporal. `undelivered`: to cancel
 * among the known ones, as the others say so themselves; to terminate among all.
 *
 * `offset 0` keeps the lookup of each row apart: as a join it would read the whole table whenever many rows are believed to run.
 */
export function findToTell(
  { workspaceId, known, startsAtMost }: ReconcileRequest,
  { verifyAfterSeconds }: { verifyAfterSeconds: number },
): Statement {
  return {
    name: 'find-to-tell',
    text: `
      with workspace as materialized (
        select oldest_running_seq, restoring_since from workspaces where ${LOCKED_WORKSPACE}),
      running as materialized (
        select id, seq, id = any($2::uuid[]) as known,
          case
            when run_id is not null then 'watch'
            when admitted_at < clock_timestamp() - make_interval(secs => $3) or ${END_CAME_FIRST} then 'verify'
            else 'start' end as next,
          case when id <> all($2::uuid[]) then
            ${BYTES_TO_TELL} end as bytes,
          cancel_requested_at is not null and cancel_delivered_at is null as cancel,
          terminate_requested_at is not null and terminate_delivered_at is null as terminate
        from executions
        where workspace_id = $1 and status = 'running' and seq >= (select oldest_running_seq from workspace)),
      ranked as (
        select *, row_number() over (partition by next order by seq) as rank from running where not known),
      sized as (
        select id, seq, next, cancel, count(*) over () as unknown,
          case when next = 'start' then bytes else 0 end as bytes,
          sum(case when next = 'start' then bytes else 0 end) over (order by seq) as bytes_through
        from ranked where next <> 'start' or ($4::integer is null or rank <= $4)
          and (select restoring_since is null from workspace))
      (select 'unknown' as kind, e.id, e.seq, s.cancel, false as terminate, s.next, s.unknown, e.workflow_type,
        to_char(e.admitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as admitted_at,
        case when s.next = 'start' and e.input_bytes is not null then ${INPUT} end as input,
        e.input_bytes is not null as has_input,
        case when s.next = 'start' then ${KEY_DIGEST} end as key_digest,
        case when s.next = 'verify' and ${END_CAME_FIRST} then
          case when terminate_requested_at < admitted_at then 'terminate' else 'cancel' end end as end_requested,
        e.execution_timeout_seconds, case when s.next = 'start' then e.retry_policy end as retry_policy,
        case when s.next = 'start' then e.labels end as labels
      from sized s cross join lateral (select * from executions where id = s.id offset 0) e
      where s.bytes_through <= ${ANSWER_INPUT_MAX_BYTES} or s.bytes_through = s.bytes
      order by s.seq limit ${ANSWER_MAX_ROWS})
      union all
      (select 'undelivered', id, seq, cancel, terminate, null, null, null, null, null, null, null, null, null, null, null
      from (select id, seq, known and cancel as cancel, terminate from running) asked
      where cancel or terminate order by seq limit ${ANSWER_MAX_ENDS})`,
    values: [workspaceId, known, verifyAfterSeconds, startsAtMost ?? null],
  };
}

/** The rows as a gate gets them, and whether there are more than these. */
export function admittedOf(
  rows: readonly UnknownRow[],
  tier: { readonly maxDurationSeconds: number },
): { admitted: AdmittedExecution[]; more: boolean } {
  const admitted = rows.map((row) => {
    const { inputLost, ...told } = toStart(row, tier);
    return {
      ...told,
      ...(row.next === 'start' && inputLost && { inputLost }),
      admittedAt: row.admitted_at,
      next: row.next,
      cancelRequested: row.cancel,
      ...(row.end_requested !== null && { endRequested: row.end_requested }),
    };
  });
  return { admitted, more: rows.length > 0 && Number(rows[0]!.unknown) > rows.length };
}

/** A row as a gate that is to start it gets it. */
export function toStart(
  row: RowToStart,
  { maxDurationSeconds }: { readonly maxDurationSeconds: number },
): ReservedExecution {
  return {
    executionId: row.id,
    seq: Number(row.seq),
    workflowType: row.workflow_type,
    input: row.input,
    ...(row.has_input && row.input === null && { inputLost: true as const }),
    // The tier may have been made shorter since the request.
    maxDurationSeconds: Math.min(row.execution_timeout_seconds ?? Infinity, maxDurationSeconds),
    ...(row.key_digest !== null && { keyDigest: row.key_digest }),
    ...(row.retry_policy !== null && { retryPolicy: row.retry_policy }),
    ...(row.labels !== null && { labels: row.labels }),
  };
}
