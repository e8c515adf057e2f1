import { Semaphore } from '../../async/semaphore.ts';
import { WorkspaceBusyError } from '../../domain/refusals.ts';

/** Longest wait for a turn: with the pool's and the lock's own bounds a request ends within its time. */
const MAX_WAIT_MS = 3_000;
/** How many of one workspace may wait, each with a body in memory. */
const MAX_WAITING = 1_000;

/**
 * Lets so many of a workspace's writes run at once, the others wait in memory in the order in which they came: they would only wait
 * for the workspace's row lock, each on a connection that other workspaces then miss. One that waits for too long, or beside too many,
 * gets a WorkspaceBusyError, and nothing of it was written.
 */
export function createWorkspaceTurns(perWorkspace: number): Semaphore {
  return new Semaphore({
    perOwner: perWorkspace,
    maxWaiting: MAX_WAITING,
    maxWaitMs: MAX_WAIT_MS,
    noTurn: (workspaceId) => new WorkspaceBusyError(workspaceId),
  });
}
