import { proxyLocalActivities } from '@temporalio/workflow';
import type { SweepActivities, SweepPage } from '../../src/workflows/sweep/contract.ts';

const { sweepWorkspaces } = proxyLocalActivities<SweepActivities>({
  startToCloseTimeout: '2s',
  retry: { initialInterval: '100ms', maximumAttempts: 2 },
});

/** A sweep that gives its pages less time than they take. */
export async function impatientSweep(): Promise<SweepPage> {
  return await sweepWorkspaces(null);
}
