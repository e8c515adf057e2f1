import type { AdmittedExecution, ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { NEWEST_VERSION } from '../workspaces/lock-workspace.ts';

/**
 * One answer carries at most this much input: escaping inside JSON can double it, and a local activity's result of 2 MB makes
 * the server terminate the gate, and every gate after it.
 */
const ANSWER_INPUT_MAX_BYTES = 512 * 1024;

/** One answer names at most this many rows; each costs some 300 bytes beside its input. */
const ANSWER_MAX_ROWS = 250;

/** One answer asks for at most this many ends. The rest follows when these are delivered. */
const ANSWER_MAX_ENDS = 1_000;

/** The row names the partitions that can have it: its class, and no time before it was accepted by more than its transaction took. */
const INPUT = `(
  select convert_from(p.data, 'UTF8') from payloads p
  where p.execution_id = e.id and p.kind = 'input' and p.retention_days = e.payload_retention_days
    and p.kept_from >= e.created_at - interval '1 hour' limit 1)`;

/** What `findUnknownRunning` gives for each row. */
export interface UnknownRow {
  readonly id: string;
  readonly seq: string;
  readonly workflow_type: string;
  readonly admitted_at: string;
  readonly next: AdmittedExecution['next'];
  readonly input: string | null;
  readonly has_input: boolean;
  readonly cancel_requested: boolean;
  readonly key_digest: string | null;
  /** How many there are in all. */
  readonly unknown: string;
}

/**
 * The running rows that a gate did not name as known, in seq order: as many as one answer may carry and at least one. A row whose start
 * is recorded comes without its input; of the others no more than the gate can start, and none while the
 * workspace is restoring. `offset 0` keeps the lookup of each row apart: as a join it would read the whole table whenever
 * many rows are believed to run.
 */
export function findUnknownRunning(
  { workspaceId, known, startsAtMost }: ReconcileRequest,
  { verifyAfterSeconds }: { verifyAfterSeconds: number },
): Statement {
  return {
    name: 'find-unknown-running',
    text: `
      with unknown as (
        select *, case
            when run_id is not null then 'watch'
            when admitted_at < clock_timestamp() - make_interval(secs => $3) then 'verify'
            else 'start' end as next
        from executions
        where workspace_id = $1 and status = 'running' and id <> all($2::uuid[])
          and seq >= (select oldest_running_seq from workspaces where ${NEWEST_VERSION})),
      ranked as (
        select *, row_number() over (partition by next order by seq) as rank from unknown),
      sized as (
        select id, seq, next, count(*) over () as unknown,
          case when next = 'start' then coalesce(input_bytes, 0) else 0 end as bytes,
          sum(case when next = 'start' then coalesce(input_bytes, 0) else 0 end) over (order by seq) as bytes_through
        from ranked where next <> 'start' or ($4::integer is null or rank <= $4)
          and (select restoring_since is null from workspaces where ${NEWEST_VERSION}))
      select e.id, e.seq, e.workflow_type, to_char(e.admitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as admitted_at,
        s.next, case when s.next = 'start' and e.input_bytes is not null then ${INPUT} end as input,
        e.input_bytes is not null as has_input,
        e.cancel_requested_at is not null and e.cancel_delivered_at is null as cancel_requested, s.unknown,
        case when s.next = 'start' then encode(sha256(convert_to(e.idempotency_key, 'UTF8')), 'hex') end as key_digest
      from sized s cross join lateral (select * from executions where id = s.id offset 0) e
      where s.bytes_through <= ${ANSWER_INPUT_MAX_BYTES} or s.bytes_through = s.bytes
      order by s.seq limit ${ANSWER_MAX_ROWS}`,
    values: [workspaceId, known, verifyAfterSeconds, startsAtMost ?? null],
  };
}

/** The rows as a gate gets them, and whether there are more than these. */
export function admittedOf(
  rows: readonly UnknownRow[],
  { maxDurationSeconds }: { maxDurationSeconds: number },
): { admitted: AdmittedExecution[]; more: boolean } {
  const admitted = rows.map((row) => ({
    executionId: row.id,
    seq: Number(row.seq),
    workflowType: row.workflow_type,
    admittedAt: row.admitted_at,
    next: row.next,
    input: row.input,
    ...(row.next === 'start' && row.has_input && row.input === null && { inputLost: true as const }),
    maxDurationSeconds,
    cancelRequested: row.cancel_requested,
    ...(row.key_digest !== null && { keyDigest: row.key_digest }),
  }));
  return { admitted, more: rows.length > 0 && Number(rows[0]!.unknown) > rows.length };
}

export interface UndeliveredRow {
  readonly id: string;
  readonly cancel: boolean;
  readonly terminate: boolean;
}

/**
 * The running executions whose end was asked for and is not delivered, in seq order: to cancel among the known ones, whose others come
 * with `findUnknownRunning`; to terminate among all.
 */
export function findUndeliveredEnds({ workspaceId, known }: ReconcileRequest): Statement {
  return {
    name: 'find-undelivered-ends',
    text: `
      with running as (
        select id, seq, id = any($2::uuid[]) and cancel_requested_at is not null and cancel_delivered_at is null as cancel,
          terminate_requested_at is not null and terminate_delivered_at is null as terminate
        from executions where workspace_id = $1 and status = 'running'
          and seq >= (select oldest_running_seq from workspaces where ${NEWEST_VERSION}))
      select id, cancel, terminate from running where cancel or terminate order by seq limit ${ANSWER_MAX_ENDS}`,
    values: [workspaceId, known],
  };
}
