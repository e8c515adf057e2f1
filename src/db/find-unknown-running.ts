import { sql } from 'drizzle-orm';
import type { AdmittedExecution, ReconcileRequest } from '../workflows/gate/contract.ts';
import type { Tx } from './client.ts';
import { textArray } from './id-list.ts';

/**
 * One answer carries at most this much input: escaping inside JSON can double it, and a local activity's result of 2 MB makes
 * the server terminate the gate, and every gate after it.
 */
const ANSWER_INPUT_MAX_BYTES = 512 * 1024;

/** One answer names at most this many rows; each costs some 200 bytes beside its input. */
const ANSWER_MAX_ROWS = 250;

interface RunningRow extends Record<string, unknown> {
  id: string;
  seq: string;
  workflow_type: string;
  admitted_at: string;
  next: AdmittedExecution['next'];
  input: string | null;
  cancel_requested: boolean;
  unknown: string;
}

/**
 * The running rows that a gate did not name as known, in seq order: as many as one answer may carry and at least one, and whether there
 * are more. A row whose start is recorded comes without its input.
 */
export async function findUnknownRunning(
  tx: Tx,
  request: ReconcileRequest,
  options: { maxDurationSeconds: number; verifyAfterSeconds: number },
): Promise<{ admitted: AdmittedExecution[]; more: boolean }> {
  const { rows } = await tx.execute<RunningRow>(sql`
    with unknown as (
      select *, case
          when run_id is not null then 'watch'
          when admitted_at < clock_timestamp() - make_interval(secs => ${options.verifyAfterSeconds}) then 'verify'
          else 'start' end as next
      from executions
      where workspace_id = ${request.workspaceId} and status = 'running'
        and id <> all(${textArray(request.known)}::uuid[])),
    sized as (
      select id, seq, next, count(*) over () as unknown,
        case when next = 'start' then coalesce(octet_length(input), 0) else 0 end as bytes,
        sum(case when next = 'start' then coalesce(octet_length(input), 0) else 0 end) over (order by seq) as bytes_through
      from unknown)
    select e.id, e.seq, e.workflow_type, to_char(e.admitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as admitted_at,
      s.next, case when s.next = 'start' then e.input end as input,
      e.cancel_requested_at is not null and e.cancel_delivered_at is null as cancel_requested, s.unknown
    from sized s join executions e on e.id = s.id
    where s.bytes_through <= ${ANSWER_INPUT_MAX_BYTES} or s.bytes_through = s.bytes
    order by s.seq limit ${ANSWER_MAX_ROWS}`);
  const { maxDurationSeconds } = options;
  const admitted = rows.map((row) => ({
    executionId: row.id,
    seq: Number(row.seq),
    workflowType: row.workflow_type,
    admittedAt: row.admitted_at,
    next: row.next,
    input: row.input,
    maxDurationSeconds,
    cancelRequested: row.cancel_requested,
  }));
  return { admitted, more: rows.length > 0 && Number(rows[0]!.unknown) > rows.length };
}

/** The known executions whose cancellation was asked for and is not delivered, in seq order. */
export async function findUndeliveredCancels(
  tx: Tx,
  { workspaceId, known }: ReconcileRequest,
): Promise<string[]> {
  if (known.length === 0) return [];
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from executions
    where workspace_id = ${workspaceId} and status = 'running' and id = any(${textArray(known)}::uuid[])
      and cancel_requested_at is not null and cancel_delivered_at is null
    order by seq`);
  return rows.map((row) => row.id);
}
