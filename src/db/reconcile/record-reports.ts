import type { CloseStatus } from '../../domain/status.ts';
import type { ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { IS_LOCKED, LOCKED_WORKSPACE, rememberingPlace } from '../workspaces/lock-workspace.ts';
import { appendingEvents } from '../events/append-events.ts';
import { movedColumns, retentionOf } from '../executions/execution-row.ts';

/**
 * A check, and not a way to find rows: statistics that do not know a workspace yet would have all of its rows read for the few that are
 * named by id. Concatenated, because no index fits that.
 */
const IS_OF_WORKSPACE = `e.workspace_id || '' = $1 and ${IS_LOCKED}`;

/** Events that the transaction has appended and not yet counted in the workspace's row, which is written once. */
export const UNCOUNTED_EVENTS =
  "coalesce(nullif(current_setting('sluice.uncounted_events', true), ''), '0')::integer";

/** A start that was not recorded before. */
export interface RecordedStart {
  readonly executionId: string;
  readonly seq: number;
  readonly runId: string;
}

/** An end that was not recorded before. */
export interface RecordedEnd extends Omit<RecordedStart, 'runId'> {
  readonly runId: string | null;
  readonly status: CloseStatus;
  /** From its admission to its end. */
  readonly heldSeconds: number;
}

/**
 * Write down what a gate reports: starts, ends, delivered cancellations and terminations. Recorded values stay as they are, and so does a
 * row that has ended. An end that Sluice declared gets Postgres' own time.
 */
export function recordReports(request: ReconcileRequest): Statement[] {
  const { workspaceId, cancelsDelivered, terminationsDelivered = [] } = request;
  return [
    ...(request.started.length > 0 ? [recordStarts(request)] : []),
    ...(cancelsDelivered.length > 0 ? [recordDelivered('cancel', workspaceId, cancelsDelivered)] : []),
    ...(terminationsDelivered.length > 0
      ? [recordDelivered('terminate', workspaceId, terminationsDelivered)]
      : []),
    // Last: what is reported of a row together with its end is written before the row moves.
    ...(request.closed.length > 0 ? [recordCloses(request)] : []),
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

/** An end moves its row, in one statement, so that no reader sees it twice or not at all. */
function recordCloses({ workspaceId, closed }: ReconcileRequest): Statement {
  return {
    name: 'record-closes',
    text: `
      with before as materialized (
        select id, tier, last_event from workspaces where ${LOCKED_WORKSPACE}),
      gone as (
        delete from executions e
        using unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::integer[], $8::text[], $9::text[])
          as v (id, end_status, closed_at, result, omitted_reason, omitted_bytes, failure_type, failure_message)
        where e.id = v.id and ${IS_OF_WORKSPACE} and e.status::text = 'running'
        returning e.*, v.end_status::execution_status, v.closed_at, v.result, v.omitted_reason, v.omitted_bytes,
          v.failure_type, v.failure_message),
      moved as (
        insert into ended_executions (${movedColumns()}, status, closed_at, result_bytes,
          result_omitted_reason, result_omitted_bytes, failure_type, failure_message, retention_days)
        select ${movedColumns('gone')}, end_status, coalesce(closed_at, clock_timestamp()), octet_length(result),
          omitted_reason, omitted_bytes, failure_type, failure_message,
          ${retentionOf('(select tier from before)')}
        from gone
        returning id, seq, status, moved_at),
      told as (
        ${appendingEvents({ of: 'moved', to: 'before', kind: 'ended', status: 'status', at: 'moved_at' })}),
      uncounted as (
        select set_config('sluice.uncounted_events', count(*)::text, true) from moved),
      stored as (
        insert into payloads (execution_id, kind, retention_days, data)
        select id, 'result', payload_retention_days, convert_to(result, 'UTF8') from gone where result is not null)
      select id as "executionId", seq::float8 as seq, run_id as "runId", end_status as status,
        extract(epoch from coalesce(closed_at, clock_timestamp()) - admitted_at)::float8 as "heldSeconds"
      from gone, uncounted`,
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

/** For a transaction that records reports and claims nothing. */
export function countEvents(): Statement {
  return {
    name: 'count-events',
    text: `
      update workspaces set last_event = last_event + ${UNCOUNTED_EVENTS}
      where ${LOCKED_WORKSPACE} and ${UNCOUNTED_EVENTS} > 0
      returning ${rememberingPlace('ctid')}`,
    values: [],
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
