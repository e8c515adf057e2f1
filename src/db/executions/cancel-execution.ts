import type { Database } from '../connection/database.ts';
import { type EndRequested, requestEnd, type RequestedEnd } from './request-end.ts';

export const CANCELLATION: RequestedEnd = {
  status: 'cancelled',
  requestedAt: 'cancelRequestedAt',
  requestedBy: 'cancelRequestedBy',
  failure: null,
};

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
  return await requestEnd(database, CANCELLATION, { workspaceId, executionId, by });
}
