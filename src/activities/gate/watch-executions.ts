import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type {
  ClosedExecution,
  StartedExecution,
  WatchAnswer,
  WatchRequest,
} from '../../workflows/gate/contract.ts';
import type { NotFoundCount } from '../../domain/not-found.ts';
import { requireDeployment } from './known-deployment.ts';
import { type WatchDeps, watchExecution } from './watch-execution.ts';

/** One turn: short enough that one without an answer is soon known to be lost, long enough to cost few history events. */
export const TURN_MS = 30_000;

/** Often enough for the workflow's heartbeat time-out of 8 s to mean that this worker is gone. */
const HEARTBEAT_INTERVAL_MS = 2_000;

/** After the first end, others that ended in the same moment (all of them, after a pause of the gate) are taken along. */
const GATHER_MS = 20;

/**
 * Watches executions that this gate's run did not start itself until the first of them ends, or one is found that is to be asked to end, or a turn is over.
 * Reports ends, and first runs that were not recorded, and what Temporal did not find. Rejects only when the gate gave the turn up, or does not know its
 * deployment. A turn that is paused ends at once: Temporal would keep a paused activity that failed without end and without a time-out, and
 * lets the gate begin another one after one that answers.
 */
export function createWatchExecutions(deps: WatchDeps) {
  return async function watchExecutions(request: WatchRequest): Promise<WatchAnswer> {
    requireDeployment(request);
    const context = Context.current();
    const turn = new AbortController();
    const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
    const closed: ClosedExecution[] = [];
    const started: StartedExecution[] = [];
    const notFound = new Map<string, NotFoundCount>();
    let tellSoon = () => {};
    const anyToTell = new Promise<void>((resolve) => {
      tellSoon = resolve;
    });
    const watches = request.executions.map(async (execution) => {
      const end = await watchExecution(deps, request, execution, {
        // One for each: the client leaves a listener on it for each call.
        signal: AbortSignal.any([turn.signal]),
        started(s) {
          started.push(s);
          if (execution.endRequested) tellSoon();
        },
        notFound(count) {
          if (count === null) notFound.delete(execution.executionId);
          else notFound.set(execution.executionId, count);
        },
      });
      if (end === null) return;
      closed.push(end);
      tellSoon();
    });
    try {
      await Promise.race([
        anyToTell.then(() => delay(GATHER_MS)),
        delay(TURN_MS, undefined, { signal: turn.signal }),
        context.cancelled.catch((error: unknown) => {
          if (context.cancellationDetails?.paused !== true) throw error;
          deps.log.warn(
            { workspaceId: request.workspaceId },
            'a watch was paused and has ended its turn; the gate begins another one, because slots hang on it',
          );
        }),
      ]);
    } finally {
      clearInterval(heartbeat);
      turn.abort();
      await Promise.allSettled(watches);
    }
    return {
      closed,
      started,
      notFound: [...notFound].map(([executionId, count]) => ({ executionId, ...count })),
    };
  };
}
