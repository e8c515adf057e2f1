import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { within } from '../../../async/within.ts';
import { isDatabaseUnavailable } from '../../../db/connection/unavailable.ts';
import type { EventPosition } from '../../../db/events/workspace-event.ts';
import { findExecution, type FoundExecution } from '../../../db/executions/find-execution.ts';
import { isTerminal } from '../../../domain/status.ts';
import type { RouteDeps } from '../../server/api.ts';
import type { Execution } from '../executions/executions.schemas.ts';
import { executionView } from '../executions/executions.view.ts';
import { viewWithStall } from '../executions/view-with-stall.ts';
import { type AskedWait, askedWait } from './asked-wait.ts';
import { listenUntilAnswered } from './listen-until-answered.ts';
import { KeyEndedError, overOf } from './over-of.ts';

/** Before an end that is known of is read again from a Postgres that did not give it. */
const RETRY_MS = 500;
/** A present state that is read for longer is given up, and the one that was read before is the answer. */
const LAST_READ_TIMEOUT_MS = 3_000;

/** Shows the execution as it is at its end, or as it is when the wait is over; at once when no wait was asked for. */
type UntilEnded = (found: FoundExecution) => Promise<Execution>;

/**
 * Begins the wait that a request asks for; what is returned is told what was found, written or read after this. An end after this call is
 * not missed.
 *
 * @throws InvalidRequestError
 */
export async function beginWait(
  request: Parameters<typeof askedWait>[0] &
    Parameters<typeof overOf>[0] & { readonly params: { readonly workspaceId: string } },
  reply: FastifyReply,
  deps: RouteDeps,
): Promise<UntilEnded> {
  const wait = askedWait(request);
  if (wait === null) return (found) => viewWithStall(deps, found);
  const endMs = performance.now() + wait.seconds * 1_000;
  const { workspaceId } = request.params;
  const from = deps.events.knownPosition(workspaceId);
  if (wait.seconds > 0) await listenUntilAnswered(workspaceId, reply, deps);
  return async (found) => {
    sayApplied(wait, reply);
    if (wait.seconds === 0 || isTerminal(found.execution.status)) return await viewWithStall(deps, found);
    const over = overOf(request, reply, deps);
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, endMs - performance.now());
    if (over.aborted) end();
    over.addEventListener('abort', end, { once: true });
    try {
      return executionView(await endOf(deps, found.execution, from, ending.signal), deps.webUi);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      // What has happened since is not for who may not know it, or is gone.
      if (reply.raw.destroyed || over.reason instanceof KeyEndedError)
        return executionView(found, deps.webUi);
      return await present(deps, found);
    } finally {
      clearTimeout(timer);
      over.removeEventListener('abort', end);
    }
  };
}

function sayApplied({ isPreferred, seconds }: AskedWait, reply: FastifyReply): void {
  if (isPreferred) reply.header('preference-applied', `wait=${seconds}`);
}

type Named = Pick<FoundExecution['execution'], 'workspaceId' | 'id'>;

/** @throws the signal's reason */
async function endOf(
  deps: RouteDeps,
  execution: Named,
  known: EventPosition | null,
  signal: AbortSignal,
): Promise<FoundExecution> {
  const { workspaceId, id } = execution;
  for (let from = known; ;) {
    if (from === null) {
      from = await deps.events.position(workspaceId, signal);
    } else {
      await deps.executionEvents.ended(workspaceId, id, from, signal);
      // If it has not ended after all, it is to be followed from anew.
      from = null;
    }
    try {
      const found = await read(deps, execution);
      if (isTerminal(found.execution.status)) return found;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      from = null;
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}

/** Many waits of a workspace may end together: their reads leave connections to others. */
function read({ database, endReads }: RouteDeps, { workspaceId, id }: Named): Promise<FoundExecution> {
  return endReads.run(workspaceId, () => findExecution(database.db, workspaceId, id));
}

/** As it is now; as it was found when Postgres does not say. */
async function present(deps: RouteDeps, found: FoundExecution): Promise<Execution> {
  const shown = read(deps, found.execution).then((now) => viewWithStall(deps, now));
  try {
    return await within(shown, LAST_READ_TIMEOUT_MS, () => new ReadTooLateError());
  } catch (error) {
    if (error instanceof ReadTooLateError || isDatabaseUnavailable(error))
      return executionView(found, deps.webUi);
    throw error;
  }
}

/** Thrown, and caught here, when the present state was not read in time. */
class ReadTooLateError extends Error {
  override readonly name = 'ReadTooLateError';
}
