import { isCancellation, log, proxyLocalActivities } from '@temporalio/workflow';
import type { SweepActivities, SweepReport, SweepWakes } from './contract.ts';

/** Local, so that the sweep needs none of the activity slots that watches may fill. A page ends by itself after some 20 s. */
const { sweepWorkspaces } = proxyLocalActivities<Pick<SweepActivities, 'sweepWorkspaces'>>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 2 },
});

/** The steps after the wakes. The next sweep waits for them, so they run side by side and end before its time; it tries again, too. */
const { recordMissedStartTimes } = proxyLocalActivities<Omit<SweepActivities, 'sweepWorkspaces'>>({
  startToCloseTimeout: '20s',
  retry: { maximumAttempts: 1 },
});

/**
 * Finds what wakes missed, page by page: an outage of Temporal, an API that died between commit and wake, a gate that is gone or
 * stuck. Everything else comes after the wakes, each step with a time-out and a catch of its own. Started by a Schedule; its result
 * says what it did.
 */
export async function SweepWorkflow(): Promise<SweepReport> {
  const [wakes] = await Promise.allSettled([wakeOverdue()]);
  // A further step goes beside this one, by Promise.all.
  const startTimes = await step('recording start times', recordMissedStartTimes);
  if (wakes.status === 'rejected') throw wakes.reason;
  return { ...wakes.value, startTimes };
}

async function wakeOverdue(): Promise<SweepWakes> {
  let total: SweepWakes = { woken: 0, replaced: 0, failed: 0 };
  let after: string | null = null;
  do {
    const { after: next, ...page }: Awaited<ReturnType<typeof sweepWorkspaces>> =
      await sweepWorkspaces(after);
    total = {
      woken: total.woken + page.woken,
      replaced: total.replaced + page.replaced,
      failed: total.failed + page.failed,
    };
    after = next;
  } while (after !== null);
  return total;
}

/** Null when the step failed: the sweep has done its main work, and the next one tries again. */
async function step<T>(name: string, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn(`the sweep's step failed: ${name}; the next sweep tries again`, { error });
    return null;
  }
}
