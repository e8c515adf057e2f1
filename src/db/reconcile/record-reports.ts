import type { TerminalStatus } from '../../domain/status.ts';
import type { ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';

/**
 * A check, and not a way to find rows: statistics that do not know a workspace yet would have all of its rows read for the few that are
 * named by id. Concatenated, because no index fits that.
 */
const IS_OF_WORKSPACE = "e.workspace_id || '' = $1";

/** A start that was not recorded before. */
export interface RecordedStart {
  readonly executionId: string;
  readonly seq: number;
  readonly runId: string;
}

/** An end that was not recorded before. */
export interface RecordedEnd extends Omit<RecordedStart, 'runId'> {
  readonly runId: string | null;
  readonly status: TerminalStatus;
}

/**
 * Write down what a gate reports: starts, ends, delivered cancellations and terminations. Recorded values stay as they are. An
 * end that Sluice declared gets Postgres' own time.
 */
export function recordReports(request: ReconcileRequest): Statement[] {
  const { workspaceId, cancelsDelivered, terminationsDelivered = [] } = request;
  return [
    ...(request.started.length > 0 ? [recordStarts(request)] : []),
    ...(request.closed.length > 0 ? [recordCloses(request)] : []),
    ...(cancelsDelivered.length > 0 ? [recordDelivered('cancel', workspaceId, cancelsDelivered)] : []),
    ...(terminationsDelivered.length > 0
      ? [recordDelivered('terminate', workspaceId, terminationsDelivered)]
      : []),
  ];
}

function recordStarts({ workspaceId, started }: ReconcileRequest): Statement {
  return {
    name: 'record-starts',
    text: `
      update executions e set run_id = v.run_id
      from unnest($2::uuid[], $3::text[]) as v (id, run_id)
      where e.id = v.id and ${IS_OF_WORKSPACE} and e.run_id is null
      returning e.id as "executionId", e.seq::float8 as seq, e.run_id as "runId"`,
    values: [workspaceId, started.map((s) => s.executionId), started.map((s) => s.runId)],
  };
}

function recordCloses({ workspaceId, closed }: ReconcileRequest): Statement {
  return {
    name: 'record-closes',
    text: `
      update executions e
      set status = v.status::execution_status, closed_at = coalesce(v.closed_at, clock_timestamp()), result = v.result,
          result_omitted_reason = v.omitted_reason, result_omitted_bytes = v.omitted_bytes,
          failure_type = v.failure_type, failure_message = v.failure_message
      from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::integer[], $8::text[], $9::text[])
        as v (id, status, closed_at, result, omitted_reason, omitted_bytes, failure_type, failure_message)
      where e.id = v.id and ${IS_OF_WORKSPACE} and e.status::text = 'running'
      returning e.id as "executionId", e.seq::float8 as seq, e.run_id as "runId", e.status`,
    values: [
      workspaceId,
      closed.map(({ executionId }) => executionId),
      closed.map(({ outcome }) => outcome.status),
      closed.map(({ closedAt, declared }) => (declared ? null : closedAt)),
      closed.map(({ outcome }) => outcome.result),
      closed.map(({ outcome }) => outcome.resultOmitted?.reason ?? null),
      closed.map(({ outcome }) => outcome.resultOmitted?.bytes ?? null),
      closed.map(({ outcome }) => outcome.failure?.type ?? null),
      closed.map(({ outcome }) => outcome.failure?.message ?? null),
    ],
  };
}

function recordDelivered(
  act: 'cancel' | 'terminate',
  workspaceId: string,
  ids: readonly string[],
): Statement {
  const column = `${act}_delivered_at`;
  return {
    name: `record-${act}-delivered`,
    text: `
      update executions e set ${column} = clock_timestamp()
      where e.id = any($2::uuid[]) and ${IS_OF_WORKSPACE} and e.${column} is null`,
    values: [workspaceId, ids],
  };
}
