import type pg from 'pg';
import type { Status } from '../../domain/status.ts';
import { HIGHEST_ID, LOWEST_ID } from '../executions/id-time.ts';
import { micros } from './micros.ts';

/** A row, times by Postgres' clock but for `startedAt`, and `closedAt` where Temporal told it. */
export interface AuditedExecution {
  readonly id: string;
  readonly seq: number | null;
  readonly status: Status;
  readonly idempotencyKey: string | null;
  readonly createdAt: number;
  readonly startAfter: number | null;
  readonly startBefore: number | null;
  /** Later than `startedAt` for one that was started ahead of it. */
  readonly admittedAt: number | null;
  /** Null in rows of releases that did not write it. */
  readonly limitAtAdmission: number | null;
  /** Its gate had started it in the place of another before Postgres heard of it. */
  readonly startedAhead: boolean;
  /** When its cancellation or its termination was first asked for; null when neither was. */
  readonly endRequestedAt: number | null;
  readonly startedAt: number | null;
  readonly closedAt: number | null;
  /** When its end was recorded. */
  readonly movedAt: number | null;
  readonly runId: string | null;
  /** The execution that it runs again. */
  readonly rerunOf: string | null;
  readonly result: ResultDigest;
  /** True when there was a result that may be gone and is: only that there was one is known. */
  readonly resultIsGone: boolean;
  /** True when Temporal may have been asked to delete its workflow. */
  readonly payloadsDeleted: boolean;
  readonly failureType: string | null;
}

/** A result as far as two of them need comparing: MD5 of its JSON text, or why it was not copied. */
export interface ResultDigest {
  readonly md5: string | null;
  readonly omitted: { readonly reason: string; readonly bytes: number } | null;
}

/** Rows read at once: well within the time-out of a statement, whatever the results weigh. */
const PAGE_ROWS = 2_000;

interface Row {
  id: string;
  seq: string | null;
  status: Status;
  idempotency_key: string | null;
  created_at: string;
  start_after: string | null;
  start_before: string | null;
  admitted_at: string | null;
  limit_at_admission: number | null;
  started_ahead: boolean;
  end_requested_at: string | null;
  started_at: string | null;
  closed_at: string | null;
  moved_at: string | null;
  run_id: string | null;
  rerun_of: string | null;
  result_md5: string | null;
  result_omitted_reason: string | null;
  result_omitted_bytes: number | null;
  result_may_be_gone: boolean;
  payloads_deleted: boolean;
  failure_type: string | null;
}

const COMMON = `id, seq, status, idempotency_key, ${micros('created_at')} as created_at, ${micros('admitted_at')} as admitted_at,
  ${micros('start_after')} as start_after, ${micros('start_before')} as start_before, ${micros('started_at')} as started_at, run_id, rerun_of,
  limit_at_admission, coalesce(started_ahead, false) as started_ahead, ${micros('least(cancel_requested_at, terminate_requested_at)')} as end_requested_at`;
/** A range of one index, as lists have it: by an equation with the workspace the index of all ids could be read instead. */
const NEXT = `(workspace_id, id) > ($1, $2::uuid) and (workspace_id, id) <= ($1, '${HIGHEST_ID}') order by workspace_id, id limit ${PAGE_ROWS}`;

const LIVE = `(
  select ${COMMON}, null as closed_at, null as moved_at, null as result_md5, null as result_omitted_reason, null::integer as result_omitted_bytes,
    false as result_may_be_gone, false as payloads_deleted, null as failure_type
  from executions where ${NEXT})`;

const ENDED = `(
  select ${COMMON}, ${micros('closed_at')} as closed_at, ${micros('moved_at')} as moved_at,
    case when result_bytes is not null then (
      select md5(p.data) from payloads p
      where p.execution_id = e.id and p.kind = 'result' and p.retention_days = e.payload_retention_days
        and p.kept_from >= e.created_at limit 1) end as result_md5,
    result_omitted_reason, result_omitted_bytes,
    result_bytes is not null and (payloads_deleted_at is not null or coalesce(
      moved_at < clock_timestamp() - make_interval(days => coalesce(nullif(payload_retention_days, 0), (
        select case when min(payload_retention_days) > 0 then max(payload_retention_days) end from tiers))), false)) as result_may_be_gone,
    payloads_deleted_at is not null as payloads_deleted, failure_type
  from ended_executions e where ${NEXT})`;

/** All executions of a workspace, in the transaction of the client: by seq, and then the ones without. */
export async function readAuditedExecutions(
  client: pg.PoolClient,
  workspaceId: string,
): Promise<AuditedExecution[]> {
  const executions: AuditedExecution[] = [];
  for (let after = LOWEST_ID; ;) {
    const { rows } = await client.query<Row>(`${LIVE} union all ${ENDED} order by id limit ${PAGE_ROWS}`, [
      workspaceId,
      after,
    ]);
    executions.push(...rows.map(executionOf));
    if (rows.length < PAGE_ROWS) break;
    after = rows.at(-1)!.id;
  }
  return executions.sort((one, other) => (one.seq ?? Infinity) - (other.seq ?? Infinity) || 0);
}

function executionOf(row: Row): AuditedExecution {
  return {
    id: row.id,
    seq: row.seq === null ? null : Number(row.seq),
    status: row.status,
    idempotencyKey: row.idempotency_key,
    createdAt: Number(row.created_at),
    startAfter: optionalMicros(row.start_after),
    startBefore: optionalMicros(row.start_before),
    admittedAt: optionalMicros(row.admitted_at),
    limitAtAdmission: row.limit_at_admission,
    startedAhead: row.started_ahead,
    endRequestedAt: optionalMicros(row.end_requested_at),
    startedAt: optionalMicros(row.started_at),
    closedAt: optionalMicros(row.closed_at),
    movedAt: optionalMicros(row.moved_at),
    runId: row.run_id,
    rerunOf: row.rerun_of,
    result: {
      md5: row.result_md5,
      omitted:
        row.result_omitted_reason === null
          ? null
          : { reason: row.result_omitted_reason, bytes: row.result_omitted_bytes ?? 0 },
    },
    resultIsGone: row.result_may_be_gone && row.result_md5 === null,
    payloadsDeleted: row.payloads_deleted,
    failureType: row.failure_type,
  };
}

function optionalMicros(value: string | null): number | null {
  return value === null ? null : Number(value);
}
