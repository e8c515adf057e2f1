import { FailureType } from '../../domain/outcome.ts';
import type { Database } from '../connection/database.ts';
import { type EndRequested, requestEnd } from './request-end.ts';

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
  const end = {
    status: 'terminated',
    requestedAt: 'terminateRequestedAt',
    requestedBy: 'terminateRequestedBy',
    failure: (was: string) => ({
      type: FailureType.terminated,
      message: `Terminated on request while it was ${was}.`,
    }),
  } as const;
  return await requestEnd(database, end, { workspaceId, executionId, by });
}
