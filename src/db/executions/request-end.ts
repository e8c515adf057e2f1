import { eq, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connection/database.ts';
import { findExecution, type FoundExecution } from './find-execution.ts';
import { lockWorkspace } from '../workspaces/lock-workspace.ts';
import { executions } from '../schema.ts';
import { movedColumns, retentionOf } from './execution-row.ts';
import { inTransaction } from '../connection/transaction.ts';

/** What `cancelExecution` and `terminateExecution` differ in. */
export interface RequestedEnd {
  /** How a pending execution ends. */
  readonly status: 'cancelled' | 'terminated';
  /** Where the request is kept. */
  readonly requestedAt: 'cancelRequestedAt' | 'terminateRequestedAt';
  /** What a pending execution gets as its failure; none when it is null. */
  readonly failure: { readonly type: string; readonly message: string } | null;
}

export interface EndRequested extends FoundExecution {
  /** A status: it was pending and never starts. `requested`: it runs, and its gate must deliver the request. */
  readonly effect: RequestedEnd['status'] | 'requested' | 'had-ended';
}

/**
 * Ends a pending execution at once; for a running one the request is kept in its row until its gate has delivered it. The first request
 * counts: a repeat changes nothing.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function requestEnd(
  database: Database,
  end: RequestedEnd,
  { workspaceId, executionId }: { workspaceId: string; executionId: string },
): Promise<EndRequested> {
  return await inTransaction(database, async (tx) => {
    await lockWorkspace(tx, workspaceId);
    const { execution } = await findExecution(tx, workspaceId, executionId);
    switch (execution.status) {
      case 'pending':
        return { ...(await endPending(tx, workspaceId, executionId, end)), effect: end.status };
      case 'running':
        await keepRequest(tx, executionId, end);
        return { ...(await findExecution(tx, workspaceId, executionId)), effect: 'requested' };
      case 'completed':
      case 'failed':
      case 'cancelled':
      case 'terminated':
      case 'timed_out':
        return { execution, position: null, effect: 'had-ended' };
      default:
        throw new Error(`unknown status ${execution.status satisfies never}`);
    }
  });
}

async function endPending(
  tx: Tx,
  workspaceId: string,
  executionId: string,
  end: RequestedEnd,
): Promise<FoundExecution> {
  await keepRequest(tx, executionId, end);
  await tx.execute(sql`
    with gone as (
      delete from executions where id = ${executionId} returning *),
    moved as (
      insert into ended_executions (${sql.raw(movedColumns())}, status, closed_at, failure_type, failure_message, retention_days)
      select ${sql.raw(movedColumns('gone'))}, ${end.status}::execution_status, clock_timestamp(),
        ${end.failure?.type ?? null}::text, ${end.failure?.message ?? null}::text, ${sql.raw(retentionOf('gone.workspace_id'))}
      from gone)
    update workspaces w
    set pending = w.pending - 1, pending_bytes = greatest(0, w.pending_bytes - coalesce(gone.input_bytes, 0))
    from gone where w.id = ${workspaceId}`);
  return await findExecution(tx, workspaceId, executionId);
}

/** The first request counts. */
async function keepRequest(tx: Tx, executionId: string, { requestedAt }: RequestedEnd): Promise<void> {
  await tx
    .update(executions)
    .set({ [requestedAt]: sql`coalesce(${executions[requestedAt]}, clock_timestamp())` })
    .where(eq(executions.id, executionId));
}
