import { log, proxyLocalActivities } from '@temporalio/workflow';
import type { GateActivities, TerminateRequest } from '../contract.ts';
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
  if (executionIds.length === 0) return;
  void deliver(state, { deployment: state.deployment, workspaceId: state.workspaceId, executionIds });
}

async function deliver(state: GateState, request: TerminateRequest): Promise<void> {
  try {
    const { delivered } = await terminateExecutions(request);
    for (const executionId of delivered) state.endDelivered('terminate', executionId);
  } catch (error) {
    // The request is still in its row, and the next reconcile brings it again.
    log.info('terminations could not be delivered', { executionIds: request.executionIds, error });
  }
}
