import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Config } from '../../config/config.ts';
import { ExternalApiFailure } from '../../workflows/http-request/contract.ts';
import type { WorkflowRun } from '../../temporal/runs/owner-of-workflow.ts';
import { NoTurnError, Semaphore } from '../../async/semaphore.ts';
import type { Activities } from '../code/user-activities.ts';

/**
 * So many calls wait in a process for each that may run. A call that waits costs memory alone, so the queue's slots are more than the
 * calls made at once; and one workspace holds a part of them, however many calls it has.
 */
const WAITING_PER_RUNNING = 4;
const WAIT_MAX_MS = 60_000;
const HEARTBEAT_INTERVAL_MS = 1_000;
/** A workspace whose part of the waiting room is full has minutes of work before it; an attempt that comes sooner is spent in vain. */
const FULL_RETRY_AFTER_MS = 60_000;
const SHARE_RETRY_AFTER_MS = 5_000;

type Settings = Pick<
  Config,
  'EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES' | 'EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE'
>;

/** How many tasks the queue's Worker takes at once: running tasks, and tasks that wait for their workspace's share. */
export function externalApiSlots(config: Settings): number {
  return config.EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES * (1 + WAITING_PER_RUNNING);
}

/**
 * The same activities, of which one workspace runs at most EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE at once in this process, and all
 * together EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES. A call over the share waits up to a minute, and no longer than half of its
 * start-to-close time, with heartbeats; then it fails with a retryable `ShareFull`, which gives its slot back and comes again later.
 */
export function withShares(
  activities: Activities,
  config: Settings,
  ownerOf: (run: WorkflowRun) => Promise<string>,
): Activities {
  const perOwner = Math.min(
    config.EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE,
    config.EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES,
  );
  const shares = new Semaphore({
    total: config.EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES,
    perOwner,
    maxWaiting: perOwner * WAITING_PER_RUNNING,
  });

  const inTurn = async (work: () => Promise<unknown>): Promise<unknown> => {
    const context = Context.current();
    const { workflowExecution, startToCloseTimeoutMs } = context.info;
    const owner = workflowExecution ? await ownerOf(workflowExecution) : '';
    const outOfTime = AbortSignal.timeout(Math.min(WAIT_MAX_MS, startToCloseTimeoutMs / 2));
    const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
    let begun = false;
    try {
      return await shares.run(
        owner,
        () => {
          begun = true;
          clearInterval(heartbeat);
          return work();
        },
        AbortSignal.any([outOfTime, context.cancellationSignal]),
      );
    } catch (error) {
      if (begun) throw error;
      // Tells a cancellation from a worker that stops, which Temporal then retries elsewhere.
      if (context.cancellationSignal.aborted) return await context.cancelled;
      throw shareFull(context.info.attempt * retryAfterMs(error), perOwner);
    } finally {
      clearInterval(heartbeat);
    }
  };

  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      (...args: never[]) => inTurn(async () => activity(...args)),
    ]),
  );
}

function retryAfterMs(error: unknown): number {
  return error instanceof NoTurnError ? FULL_RETRY_AFTER_MS : SHARE_RETRY_AFTER_MS;
}

function shareFull(afterMs: number, perOwner: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `This workspace has more calls than its share of a worker process, ${perOwner} at once. It is tried again.`,
    type: ExternalApiFailure.shareFull,
    nextRetryDelay: afterMs,
  });
}
