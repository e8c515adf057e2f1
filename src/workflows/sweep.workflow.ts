import { proxyLocalActivities } from '@temporalio/workflow';
import type { SweepActivities, SweepReport } from './sweep-contract.ts';

/** Local, so that the sweep needs none of the activity slots that watches may fill. */
const { sweepWorkspaces } = proxyLocalActivities<SweepActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 2 },
});

/**
 * Finds what wakes missed, page by page: an outage of Temporal, an API that died between commit and wake, a gate that is gone or
 * stuck. Started by a Schedule; its result says what it did.
 */
export async function SweepWorkflow(): Promise<SweepReport> {
  let total: SweepReport = { woken: 0, replaced: 0, failed: 0 };
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
