import type { Database } from '../connection/database.ts';
import { type EndRequested, requestEnd } from './request-end.ts';

/**
 * Cancels an execution: see requestEnd. A running one is asked to stop, which its workflow may refuse.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function cancelExecution(
  database: Database,
  workspaceId: string,
  executionId: string,
  by: string | null = null,
): Promise<EndRequested> {
  const end = {
    status: 'cancelled',
    requestedAt: 'cancelRequestedAt',
    requestedBy: 'cancelRequestedBy',
    failure: null,
  } as const;
  return await requestEnd(database, end, { workspaceId, executionId, by });
}
