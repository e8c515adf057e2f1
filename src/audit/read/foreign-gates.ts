import type { Client } from '@temporalio/client';
import { GATE_WORKFLOW_TYPE, gateWorkflowId } from '../../domain/names.ts';
import type { ForeignGate } from '../record/deployment-record.ts';

const PAGE_SIZE = 200;

/** Open gates of these workspaces whose memo names another deployment. A gate of an earlier version names none and is passed over. */
export async function foreignGates(
  client: Client,
  deployment: string,
  workspaceIds: ReadonlySet<string>,
): Promise<ForeignGate[]> {
  const foreign: ForeignGate[] = [];
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query: `WorkflowType = '${GATE_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`,
      pageSize: PAGE_SIZE,
      ...(nextPageToken?.length && { nextPageToken }),
    });
    for (const { execution, memo } of page.executions ?? []) {
      const workspaceId = (execution?.workflowId ?? '').slice(gateWorkflowId('').length);
      const owner = textOf(memo?.fields?.['sluiceDeployment']?.data);
      if (owner === null || owner === deployment || !workspaceIds.has(workspaceId)) continue;
      foreign.push({ workspaceId, runId: execution?.runId, deployment: owner });
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
  return foreign;
}

/** The JSON text that it holds; null when it is not there, or not ours. */
function textOf(data: Uint8Array | null | undefined): string | null {
  if (!data?.length) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(data));
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
