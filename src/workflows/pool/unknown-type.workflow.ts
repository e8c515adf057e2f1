import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { FailureType } from '../../domain/outcome/outcome.ts';
import { TaskOnlyError } from './task-only-error.ts';

/**
 * What the pool runs for a workflow type that it does not know: the API knew it, or a workspace changed its workers. Until the time is
 * over it fails the task only, so that Temporal offers it again, perhaps to a worker of newer code; then it fails the execution, which
 * would otherwise hold its slot for its longest duration.
 */
export function unknownWorkflowType(waitSeconds: number): () => Promise<never> {
  return Object.assign(
    async () => {
      const { workflowType, startTime } = workflowInfo();
      const message = `No worker of the pool knows the workflow type ${workflowType}. Deploy it with WORKFLOWS_PATH, or correct the type.`;
      if (Date.now() - startTime.getTime() < waitSeconds * 1000) throw new TaskOnlyError(message);
      throw ApplicationFailure.nonRetryable(message, FailureType.workflowTypeUnknown);
    },
    { isUnknownType: true },
  );
}
