import { type Client, isGrpcServiceError } from '@temporalio/client';
import { executionWorkflowId, type ExecutionMemo } from '../../domain/names.ts';
import { type DescribedRun, describeRun } from './describe-run.ts';
import { ownershipOf } from './execution-memo.ts';
import { listRuns } from './list-runs.ts';

const NOT_FOUND = 5;

/**
 * Asks Temporal to delete every run of an execution that has ended; the server does so in the background, and takes a minute for one that has
 * just closed. A workflow of somebody else under its id stays. False when some run could not be deleted: it is open after a reset, or Temporal cannot tell whose it is,
 * or visibility does not show all of them yet. Throws what the client throws.
 */
export async function deleteRunsOf(client: Client, execution: ExecutionMemo): Promise<boolean> {
  const workflowId = executionWorkflowId(execution.sluiceExecution);
  const newest = await describeRun(client, workflowId);
  const runIds = new Set<string>();
  for await (const { execution: listed } of listRuns(client, `WorkflowId = '${workflowId}'`))
    runIds.add(listed?.runId ?? '');
  const allShown = newest === null || runIds.has(newest.runId);
  if (newest !== null) runIds.add(newest.runId).add(newest.firstRunId);

  const ours: DescribedRun[] = [];
  let canAllGo = allShown;
  // All are looked at first: whose a run is may only be told by the first of its chain.
  for (const runId of runIds) {
    const run = runId === newest?.runId ? newest : await describeRun(client, workflowId, runId);
    const ownership = run === null ? 'foreign' : await ownershipOf(client, run, execution);
    if (run === null || ownership === 'foreign') continue;
    if (ownership === 'ours' && !run.isOpen) ours.push(run);
    else canAllGo = false;
  }
  for (const { runId } of ours) await deleteRun(client, workflowId, runId);
  return canAllGo;
}

async function deleteRun(client: Client, workflowId: string, runId: string): Promise<void> {
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    });
  } catch (error) {
    if (!(isGrpcServiceError(error) && error.code === NOT_FOUND)) throw error;
  }
}
