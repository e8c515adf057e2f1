import type { Client } from '@temporalio/client';
import { GATE_WORKFLOW_TYPE, gateWorkflowId } from '../../domain/names.ts';
import type { Breach } from '../checks/breach.ts';

const PAGE_SIZE = 200;

/**
 * Open gates of this installation's workspaces that say they are another installation's: two share the namespace, and what waits here is not
 * admitted. A gate of an earlier version says nothing and is passed over.
 */
export async function foreignGates(
  client: Client,
  deployment: string,
  workspaceIds: ReadonlySet<string>,
): Promise<Breach[]> {
  const breaches: Breach[] = [];
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
      breaches.push({
        workspaceId,
        executionIds: [],
        seqs: [],
        times: [],
        what: `The gate of workspace ${workspaceId} (run ${execution?.runId}) is that of deployment ${owner}, and this database is deployment ${deployment}: two installations share the namespace ${client.options.namespace}.`,
      });
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
  return breaches;
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
