import { ExecutionNotFoundError } from '../../../domain/refusals.ts';
import type { RouteDeps } from '../../server/api.ts';

/**
 * Does something with the execution that a request names. An id that `sluice.enqueue` has given may have its place in no table yet, or stand for the execution of
 * another call: where no execution has it, what it stands for is looked up, and `work` is done with that.
 *
 * @throws what `work` throws
 */
export async function byId<T>(
  { inbox }: Pick<RouteDeps, 'inbox'>,
  { workspaceId, executionId }: { readonly workspaceId: string; readonly executionId: string },
  work: (executionId: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(executionId);
  } catch (error) {
    if (!(error instanceof ExecutionNotFoundError)) throw error;
    const standIn = await inbox.standInFor(workspaceId, executionId);
    // Null also when somebody else has just given it its place.
    return await work(standIn ?? executionId);
  }
}
