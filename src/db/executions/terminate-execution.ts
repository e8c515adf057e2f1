import { terminatedWaiting } from '../../domain/outcome/terminated-waiting.ts';
import type { Database } from '../connection/database.ts';
import { type EndRequested, requestEnd, type RequestedEnd } from './request-end.ts';

export const TERMINATION: RequestedEnd = {
  status: 'terminated',
  requestedAt: 'terminateRequestedAt',
  requestedBy: 'terminateRequestedBy',
  failure: terminatedWaiting,
};

/**
 * Terminates an execution: see requestEnd. A running one is ended by Temporal, whatever its workflow does.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function terminateExecution(
  database: Database,
  workspaceId: string,
  executionId: string,
  by: string | null = null,
): Promise<EndRequested> {
  return await requestEnd(database, TERMINATION, { workspaceId, executionId, by });
}
