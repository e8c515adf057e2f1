import { type Client, isGrpcServiceError } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';
import { executionWorkflowId } from '../../domain/names.ts';
import { readFailingTask } from '../../temporal/runs/task-failures.ts';
import type { PendingTask } from './judge-stall.ts';

const { WorkflowExecutionStatus, PendingWorkflowTaskState } = proto.temporal.api.enums.v1;

const NOT_FOUND = 5;

export interface OpenExecution {
  readonly task: PendingTask;
  /** As the server has it: it may hold anything, in any encoding. */
  readonly memo: temporal.api.common.v1.IMemo | null | undefined;
}

/** What Temporal says of an execution; null when it is not open there. Decodes no payload. Throws what the client throws. */
export async function readOpenExecution(client: Client, executionId: string): Promise<OpenExecution | null> {
  const workflowId = executionWorkflowId(executionId);
  const described = await describe(client, workflowId);
  const info = described?.workflowExecutionInfo;
  if (!info || info.status !== WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) return null;
  const { pendingWorkflowTask: pending } = described;
  const taskQueue = info.taskQueue ?? '';
  const { memo } = info;
  if (!pending?.scheduledTime) return { task: { pending: null, failing: null, taskQueue }, memo };
  return {
    task: {
      pending: {
        isStarted: pending.state === PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED,
        attempt: pending.attempt ?? 1,
        scheduledAt: tsToDate(pending.scheduledTime),
      },
      failing: await readFailingTask(client, { workflowId, runId: info.execution?.runId ?? '' }),
      taskQueue,
    },
    memo,
  };
}

async function describe(
  client: Client,
  workflowId: string,
): Promise<temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse | null> {
  try {
    return await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId },
    });
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
