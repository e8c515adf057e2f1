import { eq, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connection/database.ts';
import { findExecution, type FoundExecution } from './find-execution.ts';
import { lockWorkspace } from '../workspaces/lock-workspace.ts';
import { executions, workspaces } from '../schema.ts';
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
        return { ...(await keepRequest(tx, executionId, end)), effect: 'requested' };
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
  { status, requestedAt, failure }: RequestedEnd,
): Promise<FoundExecution> {
  const [execution] = await tx
    .update(executions)
    .set({
      status,
      closedAt: sql`clock_timestamp()`,
      [requestedAt]: sql`clock_timestamp()`,
      failureType: failure?.type ?? null,
      failureMessage: failure?.message ?? null,
    })
    .where(eq(executions.id, executionId))
    .returning();
  await tx
    .update(workspaces)
    .set({
      pending: sql`${workspaces.pending} - 1`,
      pendingBytes: sql`greatest(0, ${workspaces.pendingBytes} - ${Buffer.byteLength(execution!.input ?? '')}::bigint)`,
    })
    .where(eq(workspaces.id, workspaceId));
  return { execution: execution!, position: null };
}

async function keepRequest(
  tx: Tx,
  executionId: string,
  { requestedAt }: RequestedEnd,
): Promise<FoundExecution> {
  const [execution] = await tx
    .update(executions)
    .set({ [requestedAt]: sql`coalesce(${executions[requestedAt]}, clock_timestamp())` })
    .where(eq(executions.id, executionId))
    .returning();
  return { execution: execution!, position: null };
}
