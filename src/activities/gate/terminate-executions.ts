import { isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { executionWorkflowId } from '../../domain/names.ts';
import { isExecutionByRawMemo } from '../../temporal/runs/execution-memo.ts';
import type { TerminateAnswer, TerminateRequest } from '../../workflows/gate/contract.ts';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { requireDeployment } from './known-deployment.ts';

/** Within the 5 s that the gate gives, so that what was delivered by then is told. */
const DEADLINE_MS = 4_000;

/** A gate may be asked to terminate a thousand; other gates use the same connection. */
const TERMINATIONS_AT_ONCE = 8;

/** What Temporal shows, and what becomes the execution's failure message. */
const REASON = 'Terminated on request.';

const NOT_FOUND = 5;
const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/**
 * Terminates executions of a workspace, each after Temporal has shown that the workflow is that execution. One that cannot be terminated
 * now is logged and left out of the answer; so is what the deadline leaves over.
 *
 * @throws DeploymentUnknownError
 */
export function createTerminateExecutions(deps: Pick<GateActivityDeps, 'client' | 'log'>) {
  const { client, log } = deps;
  const { workflowService } = client;
  const { namespace } = client.options;

  return async function terminateExecutions(request: TerminateRequest): Promise<TerminateAnswer> {
    requireDeployment(request);
    const deadline = Date.now() + DEADLINE_MS;
    const delivered: string[] = [];
    const left = [...request.executionIds];
    const work = async () => {
      for (let id = left.shift(); id !== undefined && Date.now() < deadline; id = left.shift()) {
        try {
          await client.withDeadline(deadline, () => terminateOne(request, id));
          delivered.push(id);
        } catch (error) {
          log.warn(
            { workspaceId: request.workspaceId, executionId: id, error },
            'an execution could not be terminated; a later reconcile tries again',
          );
        }
      }
    };
    await Promise.all(Array.from({ length: TERMINATIONS_AT_ONCE }, work));
    return { delivered };
  };

  async function terminateOne(request: TerminateRequest, executionId: string): Promise<void> {
    const workflowId = executionWorkflowId(executionId);
    const described = await unlessGone(
      workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
    );
    const info = described?.workflowExecutionInfo;
    if (!info || info.status !== RUNNING) return;
    const isOurs = isExecutionByRawMemo(info.memo, {
      sluiceDeployment: request.deployment,
      sluiceWorkspace: request.workspaceId,
      sluiceExecution: executionId,
    });
    if (isOurs !== true) {
      log.warn(
        { workspaceId: request.workspaceId, executionId, runId: info.execution?.runId },
        'a workflow was not terminated: it has the id of an execution, and its memo does not say that it is that execution',
      );
      return;
    }
    await unlessGone(
      workflowService.terminateWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        // A chain that began meanwhile is another workflow.
        firstExecutionRunId: info.firstRunId || info.execution?.runId || '',
        reason: REASON,
        identity: client.options.identity,
      }),
    );
  }
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
