import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { gateWorkflowId } from '../../domain/names.ts';

/**
 * Terminates the open run of a workspace's gate, if there is one; its children live on. By run id, so that a gate that has restarted
 * meanwhile is spared. Returns the run that was terminated.
 */
export async function terminateGate(
  client: Client,
  workspaceId: string,
  reason: string,
): Promise<string | null> {
  const workflowId = gateWorkflowId(workspaceId);
  try {
    const { runId, status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return null;
    await client.workflow.getHandle(workflowId, runId).terminate(reason);
    return runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
