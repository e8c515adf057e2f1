import { eq, sql, type SQL } from 'drizzle-orm';
import type { EventKind } from '../../domain/event.ts';
import type { Failure } from '../../domain/outcome/outcome.ts';
import type { Database, Tx } from '../connection/database.ts';
import { findExecution, type FoundExecution } from './find-execution.ts';
import { lockWorkspace } from '../workspaces/lock-workspace.ts';
import { isReserved } from '../workspaces/reserved-rows.ts';
import { executions } from '../schema.ts';
import { movedColumns, retentionOf } from './execution-row.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

/** What `cancelExecution` and `terminateExecution` differ in. */
export interface RequestedEnd {
  /** How an execution ends that has no slot yet. */
  readonly status: 'cancelled' | 'terminated';
  /** Where the request is kept. */
  readonly requestedAt: 'cancelRequestedAt' | 'terminateRequestedAt';
  readonly requestedBy: 'cancelRequestedBy' | 'terminateRequestedBy';
  /** What it then gets as its failure; none when it is null. */
  readonly failure: ((status: WaitingStatus) => Failure) | null;
}

type WaitingStatus = 'scheduled' | 'pending';

export interface EndRequested extends FoundExecution {
  /**
   * A status: it had no slot yet and never starts. `requested`: it runs, and its gate must deliver the request; or it is pending and reserved, and its
   * gate ends it unless it has started it.
   */
  readonly effect: RequestedEnd['status'] | 'requested' | 'had-ended';
}

/** Which execution is to end, and the key that asks for it; null where none is needed. */
export interface EndRequest {
  readonly workspaceId: string;
  readonly executionId: string;
  readonly by: string | null;
}

/**
 * Ends an execution at once that is scheduled or pending; for a running one the request is kept in its row until its gate has delivered it, and so it is
 * for a pending one that its gate may have started: then the reservation is recalled. The first request counts: a repeat changes nothing.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function requestEnd(
  database: Database,
  end: RequestedEnd,
  request: EndRequest,
): Promise<EndRequested> {
  return await withPartitions(database, () =>
    inTransaction(database, (tx) => requestEndIn(tx, end, request)),
  );
}

async function requestEndIn(tx: Tx, end: RequestedEnd, request: EndRequest): Promise<EndRequested> {
  const { workspaceId, executionId } = request;
  const workspace = await lockWorkspace(tx, workspaceId);
  const { execution } = await findExecution(tx, workspaceId, executionId);
  switch (execution.status) {
    case 'scheduled':
    case 'pending': {
      if (isReserved(workspace, execution)) return await keepRequest(tx, request, end, { recalls: true });
      const waiting = { ...request, status: execution.status };
      return { ...(await endWaiting(tx, waiting, end)), effect: end.status };
    }
    case 'running':
      return await keepRequest(tx, request, end, { recalls: false });
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'terminated':
    case 'timed_out':
    case 'expired':
    case 'rejected':
      return { execution, position: null, effect: 'had-ended' };
    default:
      throw new Error(`unknown status ${execution.status satisfies never}`);
  }
}

async function endWaiting(
  tx: Tx,
  waiting: EndRequest & { status: WaitingStatus },
  { status, requestedAt, requestedBy, failure: failureOf }: RequestedEnd,
): Promise<FoundExecution> {
  const { workspaceId, executionId, by } = waiting;
  const failure = failureOf?.(waiting.status);
  const [counter, bytes] = COUNTERS[waiting.status];
  await tx
    .update(executions)
    .set({
      [requestedAt]: sql`coalesce(${executions[requestedAt]}, clock_timestamp())`,
      [requestedBy]: sql`case when ${executions[requestedAt]} is null then ${by}::text else ${executions[requestedBy]} end`,
    })
    .where(eq(executions.id, executionId));
  await tx.execute(sql`
    with gone as (
      delete from executions where id = ${executionId} returning *),
    moved as (
      insert into ended_executions (${sql.raw(movedColumns())}, status, closed_at, failure_type, failure_message, retention_days)
      select ${sql.raw(movedColumns('gone'))}, ${status}::execution_status, clock_timestamp(),
        ${failure?.type ?? null}::text, ${failure?.message ?? null}::text, ${sql.raw(retentionOf('(select w.tier from workspaces w where w.id = gone.workspace_id)'))}
      from gone
      returning id, seq, status, moved_at),
    counted as (
      update workspaces w
      set ${counter} = w.${counter} - 1, ${bytes} = greatest(0, w.${bytes} - coalesce(gone.input_bytes, 0)),
        last_event = w.last_event + 1
      from gone where w.id = ${workspaceId}
      returning w.id, w.last_event)
    insert into events (workspace_id, number, kind, execution_id, seq, status, at)
    select counted.id, counted.last_event, 'ended', moved.id, moved.seq, moved.status, moved.moved_at from moved, counted`);
  return await findExecution(tx, workspaceId, executionId);
}

/** Of the workspace, which count such rows and the bytes of their inputs. */
const COUNTERS: Readonly<Record<WaitingStatus, readonly [rows: SQL, bytes: SQL]>> = {
  scheduled: [sql.raw('scheduled'), sql.raw('scheduled_bytes')],
  pending: [sql.raw('pending'), sql.raw('pending_bytes')],
};

/** The first request counts. */
async function keepRequest(
  tx: Tx,
  { workspaceId, executionId, by }: EndRequest,
  { status, requestedAt, requestedBy }: RequestedEnd,
  { recalls }: { readonly recalls: boolean },
): Promise<EndRequested> {
  const column = sql.raw(executions[requestedAt].name);
  const who = sql.raw(executions[requestedBy].name);
  const kind: EventKind = status === 'cancelled' ? 'cancel_requested' : 'terminate_requested';
  await tx.execute(sql`
    with asked as (
      update executions set ${column} = clock_timestamp(), ${who} = ${by} where id = ${executionId} and ${column} is null
      returning id, seq, status, ${column} as at),
    counted as (
      update workspaces w set last_event = w.last_event + 1${sql.raw(recalls ? ', recall_wanted = true' : '')} from asked where w.id = ${workspaceId}
      returning w.id, w.last_event)
    insert into events (workspace_id, number, kind, execution_id, seq, status, at)
    select counted.id, counted.last_event, ${kind}::event_kind, asked.id, asked.seq, asked.status, asked.at from asked, counted`);
  return { ...(await findExecution(tx, workspaceId, executionId)), effect: 'requested' };
}
