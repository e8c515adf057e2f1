import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { executionWorkflowId, gateWorkflowId } from '../../../src/domain/names.ts';

export type Act = 'terminate' | 'cancel' | 'reset';

export interface WorkflowDisturber {
  /** `where`, for a reset: 0 is the first of its workflow tasks, towards 1 the newest. */
  gate(act: Act, workspaceId: string, where: number): Promise<void>;
  /** A reset is to its first workflow task. `ended-before` when it had ended by then: it runs again, by an operator's act. */
  child(act: Act, executionId: string): Promise<'ended-before' | 'done'>;
}

const { EVENT_TYPE_WORKFLOW_TASK_COMPLETED } = proto.temporal.api.enums.v1.EventType;
const { WORKFLOW_EXECUTION_STATUS_RUNNING, WORKFLOW_EXECUTION_STATUS_TERMINATED } =
  proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/** Terminates, cancels and resets gates and children, as an operator does in Temporal's Web UI. */
export function createWorkflowDisturber(client: Client): WorkflowDisturber {
  const { namespace } = client.options;

  /** Raw, because a foreign worker's memo need not be decodable. */
  const describe = async (workflowId: string, runId = '') => {
    const execution = { workflowId, runId };
    const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
      namespace,
      execution,
    });
    return {
      runId: workflowExecutionInfo?.execution?.runId ?? '',
      status: workflowExecutionInfo?.status,
    };
  };

  const reset = async (workflowId: string, runId: string, where: number) => {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const tasks = (events ?? []).filter((event) => event.eventType === EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    const task = tasks[Math.floor(where * tasks.length)];
    if (task === undefined) throw new Error('it had no workflow task to go back to');
    await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
      workflowTaskFinishEventId: task.eventId ?? null,
      reason: 'chaos',
      requestId: randomUUID(),
    });
  };

  return {
    async gate(act, workspaceId, where) {
      const handle = client.workflow.getHandle(gateWorkflowId(workspaceId));
      if (act === 'terminate') await handle.terminate('chaos');
      else if (act === 'cancel') await handle.cancel();
      else await reset(handle.workflowId, (await describe(handle.workflowId)).runId, where);
    },
    async child(act, executionId) {
      const workflowId = executionWorkflowId(executionId);
      const { runId, status } = await describe(workflowId);
      if (status !== WORKFLOW_EXECUTION_STATUS_RUNNING) throw new Error('the child had just ended');
      const run = client.workflow.getHandle(workflowId, runId);
      if (act === 'terminate') await run.terminate('chaos');
      else if (act === 'cancel') await run.cancel();
      else {
        await reset(workflowId, runId, 0);
        if ((await describe(workflowId, runId)).status !== WORKFLOW_EXECUTION_STATUS_TERMINATED)
          return 'ended-before';
      }
      return 'done';
    },
  };
}
