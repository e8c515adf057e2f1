import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

/** Runs that visibility shows for a query, a page at a time. Nothing in them is decoded. Throws what the client throws. */
export async function* listRuns(
  client: Client,
  query: string,
): AsyncGenerator<temporal.api.workflow.v1.IWorkflowExecutionInfo> {
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query,
      ...(nextPageToken && { nextPageToken }),
    });
    yield* page.executions;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
}
