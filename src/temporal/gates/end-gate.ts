import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { gateWorkflowId } from '../../domain/names.ts';

/** How often a run of a gate is asked to end before it is ended. Its worker may be restarting. */
const ASKED_MAX = 15;

/** Asks the open gate of a deleted workspace to end, and ends it when it does not; true when none is open. */
export type EndGate = (workspaceId: string) => Promise<boolean>;

/** It remembers which runs were asked, in this process alone: another one asks them as often again. */
export function createEndGate(client: Client): EndGate {
  const asked = new Map<string, { readonly runId: string; times: number }>();
  return async (workspaceId) => {
    const runId = await openRunOf(client, workspaceId);
    if (runId === null) {
      asked.delete(workspaceId);
      return true;
    }
    const before = asked.get(workspaceId);
    const times = before?.runId === runId ? before.times : 0;
    asked.set(workspaceId, { runId, times: times + 1 });
    const gate = client.workflow.getHandle(gateWorkflowId(workspaceId), runId);
    try {
      // Without data, as every wake: its reconcile finds that the workspace is being deleted.
      if (times < ASKED_MAX) await gate.signal('wake');
      else await gate.terminate('Its workspace was deleted.');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    return false;
  };
}

async function openRunOf(client: Client, workspaceId: string): Promise<string | null> {
  try {
    const { runId, status } = await client.workflow.getHandle(gateWorkflowId(workspaceId)).describe();
    return status.name === 'RUNNING' ? runId : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
