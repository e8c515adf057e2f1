import type { Client } from '@temporalio/client';
import { WORKSPACE_QUEUE_PREFIX, workspaceQueue } from '../../domain/names.ts';

/** One page of visibility; also Temporal's own upper bound. */
const PAGE_SIZE = 1_000;

/** True when Temporal has an open workflow on the workspace's queue. Throws what the client throws. */
export async function hasOpenWorkflow(client: Client, workspaceId: string): Promise<boolean> {
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: `TaskQueue = "${workspaceQueue(workspaceId)}" AND ExecutionStatus = "Running"`,
    pageSize: 1,
  });
  return executions.length > 0;
}

export interface OpenWorkspacesPage {
  readonly workspaceIds: readonly string[];
  /** Hand it in to go on; null at the end. */
  readonly next: Uint8Array | null;
}

/**
 * The workspaces on whose queues Temporal has open workflows, a page at a time. It finds what Postgres does not know of: the
 * reset of a closed execution, or a grandchild that outlived its parent.
 */
export async function workspacesWithOpenWorkflows(
  client: Client,
  from: Uint8Array | null,
): Promise<OpenWorkspacesPage> {
  const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: `TaskQueue STARTS_WITH "${WORKSPACE_QUEUE_PREFIX}" AND ExecutionStatus = "Running"`,
    pageSize: PAGE_SIZE,
    ...(from && { nextPageToken: from }),
  });
  const ids = executions.map((execution) => (execution.taskQueue ?? '').slice(WORKSPACE_QUEUE_PREFIX.length));
  return {
    workspaceIds: [...new Set(ids)].filter((id) => id !== ''),
    next: nextPageToken.length > 0 ? nextPageToken : null,
  };
}
