import { eq, sql } from 'drizzle-orm';
import type { Database, Tx } from './client.ts';
import { findExecution, type FoundExecution } from './find-execution.ts';
import { lockWorkspace } from './lock-workspace.ts';
import { executions, workspaces } from './schema.ts';
import { inTransaction } from './transaction.ts';

export interface Cancelled extends FoundExecution {
  /** `cancelled`: it was pending and never starts. `requested`: it runs, and its gate must deliver the wish. */
  readonly effect: 'cancelled' | 'requested' | 'had-ended';
}

/**
 * Cancels an execution: a pending one at once; for a running one the wish is kept in the row until its gate has delivered it.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function cancelExecution(
  database: Database,
  workspaceId: string,
  executionId: string,
): Promise<Cancelled> {
  return await inTransaction(database, async (tx) => {
    await lockWorkspace(tx, workspaceId);
    const { execution } = await findExecution(tx, workspaceId, executionId);
    switch (execution.status) {
      case 'pending':
        return { ...(await cancelPending(tx, workspaceId, executionId)), effect: 'cancelled' };
      case 'running':
        return { ...(await askToCancel(tx, executionId)), effect: 'requested' };
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

async function cancelPending(tx: Tx, workspaceId: string, executionId: string): Promise<FoundExecution> {
  const [execution] = await tx
    .update(executions)
    .set({ status: 'cancelled', closedAt: sql`clock_timestamp()`, cancelRequestedAt: sql`clock_timestamp()` })
    .where(eq(executions.id, executionId))
    .returning();
  await tx
    .update(workspaces)
    .set({ pending: sql`${workspaces.pending} - 1` })
    .where(eq(workspaces.id, workspaceId));
  return { execution: execution!, position: null };
}

async function askToCancel(tx: Tx, executionId: string): Promise<FoundExecution> {
  const [execution] = await tx
    .update(executions)
    .set({ cancelRequestedAt: sql`coalesce(${executions.cancelRequestedAt}, clock_timestamp())` })
    .where(eq(executions.id, executionId))
    .returning();
  return { execution: execution!, position: null };
}
