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
): Promise<EndRequested> {
  const end = {
    status: 'terminated',
    requestedAt: 'terminateRequestedAt',
    failure: (was: string) => ({
      type: FailureType.terminated,
      message: `Terminated on request while it was ${was}.`,
    }),
  } as const;
  return await requestEnd(database, end, { workspaceId, executionId });
}
