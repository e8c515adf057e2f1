import type { Client } from '@temporalio/client';
import { WORKSPACE_QUEUE_PREFIX } from '../../domain/names.ts';

const DESCRIBE_TIMEOUT_MS = 2_000;
/** Some 100 bytes each. */
const REMEMBERED_MAX = 10_000;

export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * Tells whose a workflow is: the workspace's name, by the task queue that Temporal says it runs on, whatever it says of itself. A workflow
 * on another queue, or one that Temporal did not tell of in time, counts as its own owner. Asks once for each run, and never throws.
 */
export function createOwnerOfWorkflow(client: Client): (run: WorkflowRun) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  const ask = async ({ workflowId, runId }: WorkflowRun): Promise<string> => {
    try {
      const { taskQueue } = await client.withDeadline(Date.now() + DESCRIBE_TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowId, runId).describe(),
      );
      if (taskQueue.startsWith(WORKSPACE_QUEUE_PREFIX)) return taskQueue.slice(WORKSPACE_QUEUE_PREFIX.length);
    } catch {
      known.delete(runId);
    }
    return workflowId;
  };
  return (run) => {
    const asked = known.get(run.runId) ?? ask(run);
    known.set(run.runId, asked);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED_MAX) known.delete(oldest!);
    return asked;
  };
}
