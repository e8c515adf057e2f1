import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

const { TASK_QUEUE_TYPE_WORKFLOW: WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/** The server remembers a poller for 5 minutes; one that is alive has polled within the minute that a long poll takes. */
const POLLED_WITHIN_MS = 90_000;

/** Whether somebody polls a task queue for workflow tasks, as far as the server knows. */
export async function isPolled(client: Client, taskQueue: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW,
  });
  return pollers.some(({ lastAccessTime }) => Date.now() - tsToMs(lastAccessTime) < POLLED_WITHIN_MS);
}
