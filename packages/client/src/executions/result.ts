import {
  ExecutionCancelledError,
  ExecutionExpiredError,
  ExecutionFailedError,
  ExecutionRejectedError,
  ExecutionTerminatedError,
  ExecutionTimedOutError,
  ResultOmittedError,
} from '../errors/execution-errors.ts';
import type { Execution } from './execution.ts';
import type { ResultOf, Workflow } from './workflow.ts';

/**
 * The result of an execution in an object of its own; null while it has not ended.
 *
 * @throws ExecutionEndedError, ResultOmittedError
 */
export function resultOf<W extends Workflow>(
  execution: Execution<W>,
): { readonly result: ResultOf<W> } | null {
  const { status, resultOmitted } = execution;
  switch (status) {
    case 'scheduled':
    case 'pending':
    case 'running':
      return null;
    case 'completed':
      if (resultOmitted !== null) throw new ResultOmittedError(execution, resultOmitted);
      return { result: execution.result as ResultOf<W> };
    case 'failed':
      throw new ExecutionFailedError(execution);
    case 'cancelled':
      throw new ExecutionCancelledError(execution);
    case 'terminated':
      throw new ExecutionTerminatedError(execution);
    case 'timed_out':
      throw new ExecutionTimedOutError(execution);
    case 'expired':
      throw new ExecutionExpiredError(execution);
    case 'rejected':
      throw new ExecutionRejectedError(execution);
    default:
      throw new Error(
        `This version of the client does not know the status ${String(status satisfies never)}.`,
      );
  }
}
