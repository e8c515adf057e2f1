import type { Client } from '@temporalio/client';
import type { RetryPolicy } from '@temporalio/common';
import { DEFAULT_QUEUE, GATE_WORKFLOW_TYPE, gateWorkflowId } from '../../domain/names.ts';
import type { GateInput } from '../../workflows/gate/contract.ts';

export type GateSignal = 'wake' | 'resize';

/** Gates whose code is gone restart after one second to this many, at random, so that they do not restart all at once. */
const RESTART_WITHIN_SECONDS = 5;

/**
 * Signals a workspace's gate, and starts the gate when it is not open. The signal carries nothing: the rows are the truth.
 * Throws what the client throws; a lost wake costs latency only, because the sweep finds what it missed.
 */
export async function signalGate(
  client: Client,
  workspaceId: string,
  signal: GateSignal,
  { deployment }: { deployment?: string } = {},
): Promise<void> {
  const input: GateInput = { workspaceId, ...(deployment !== undefined && { deployment }) };
  await client.workflow.signalWithStart(GATE_WORKFLOW_TYPE, {
    workflowId: gateWorkflowId(workspaceId),
    taskQueue: DEFAULT_QUEUE,
    args: [input],
    signal,
    signalArgs: [],
    // For people and for the audit: a gate's input is not in Temporal's lists.
    ...(deployment !== undefined && { memo: { sluiceDeployment: deployment } }),
    retry: restartPolicy(),
    staticSummary: `Gate of workspace ${workspaceId}`,
    staticDetails: `Admits executions of workspace **${workspaceId}** in FIFO order up to its limit. Its current state is under *Current Details*.`,
  });
}

/**
 * A gate's run fails only when the code that serves it cannot replay it; Temporal then begins another, which adopts what runs. The
 * pause does not grow: attempts are counted over all of a gate's upgrades.
 */
function restartPolicy(): RetryPolicy {
  return {
    initialInterval: 1000 + Math.random() * (RESTART_WITHIN_SECONDS - 1) * 1000,
    backoffCoefficient: 1,
  };
}
