import { log, proxyLocalActivities } from '@temporalio/workflow';
import type { GateActivities } from '../contract.ts';
import type { GateState } from '../state/gate-state.ts';

/** Local, because a workflow cannot terminate another. It ends well within the workflow task's 10 s, delivered or not. */
const { terminateExecutions } = proxyLocalActivities<Pick<GateActivities, 'terminateExecutions'>>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '6s',
  retry: { maximumAttempts: 1 },
});

/** Delivers the terminations that were asked for and whose executions are open. Returns at once, never throws. */
export function deliverTerminations(state: GateState): void {
  const executionIds = state.takeEnds('terminate');
  if (executionIds.length > 0) void deliver(state, executionIds);
}

async function deliver(state: GateState, executionIds: readonly string[]): Promise<void> {
  try {
    const { delivered } = await terminateExecutions({
      deployment: state.deployment ?? '',
      workspaceId: state.workspaceId,
      executionIds,
    });
    for (const executionId of delivered) state.endDelivered('terminate', executionId);
  } catch (error) {
    // The request is still in its row, and the next reconcile brings it again.
    log.info('terminations could not be delivered', { executionIds, error });
  }
}
