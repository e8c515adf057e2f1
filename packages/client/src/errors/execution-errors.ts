import type { Execution } from '../executions/execution.ts';
import { SluiceError } from './sluice-error.ts';

/** Why an execution did not complete, as its workflow or Sluice says. */
export type Failure = NonNullable<Execution['failure']>;

/** Thrown by `result` when an execution has ended without one. */
export abstract class ExecutionEndedError extends SluiceError {
  readonly execution: Execution;
  readonly failure: Failure | null;

  constructor(execution: Execution, how: string) {
    const { id, workspaceId, failure } = execution;
    const why = failure === null ? '' : `: ${failure.type}: ${failure.message}`;
    super(`Execution ${id} of workspace ${workspaceId} ${how}${why}`);
    this.execution = execution;
    this.failure = failure;
  }
}

/** Thrown when the workflow failed, or could not be started. */
export class ExecutionFailedError extends ExecutionEndedError {
  override readonly name = 'ExecutionFailedError';

  constructor(execution: Execution) {
    super(execution, 'failed');
  }
}

/** Thrown when the execution was cancelled. */
export class ExecutionCancelledError extends ExecutionEndedError {
  override readonly name = 'ExecutionCancelledError';

  constructor(execution: Execution) {
    super(execution, 'was cancelled');
  }
}

/** Thrown when the execution was terminated. */
export class ExecutionTerminatedError extends ExecutionEndedError {
  override readonly name = 'ExecutionTerminatedError';

  constructor(execution: Execution) {
    super(execution, 'was terminated');
  }
}

/** Thrown when the execution ran for longer than it, or its workspace's tier, allows. */
export class ExecutionTimedOutError extends ExecutionEndedError {
  override readonly name = 'ExecutionTimedOutError';

  constructor(execution: Execution) {
    super(execution, 'ran out of time');
  }
}

/** Thrown when the execution was not admitted before its `startBefore`: it never started. */
export class ExecutionExpiredError extends ExecutionEndedError {
  override readonly name = 'ExecutionExpiredError';

  constructor(execution: Execution) {
    super(execution, 'expired');
  }
}

/**
 * Thrown when the execution was asked for within a database transaction and refused after its commit: it never started. `failure.type` is the name of what
 * `start` would have thrown without its `Error`, such as `QueueFull`.
 */
export class ExecutionRejectedError extends ExecutionEndedError {
  override readonly name = 'ExecutionRejectedError';

  constructor(execution: Execution) {
    super(execution, 'was rejected');
  }
}

/** Thrown when an execution completed with a result that Sluice has left in Temporal, being too large or no JSON, or no longer keeps. */
export class ResultOmittedError extends SluiceError {
  override readonly name = 'ResultOmittedError';
  readonly execution: Execution;
  readonly reason: NonNullable<Execution['resultOmitted']>['reason'];
  readonly bytes: number;

  constructor(execution: Execution, { reason, bytes }: NonNullable<Execution['resultOmitted']>) {
    super(
      `Execution ${execution.id} completed, and its result of ${bytes} bytes ${whereIs(execution, reason)}`,
    );
    this.execution = execution;
    this.reason = reason;
    this.bytes = bytes;
  }
}

function whereIs({ workflowId }: Execution, reason: ResultOmittedError['reason']): string {
  if (reason === 'deleted') return 'was deleted on request.';
  if (reason === 'expired') return "is no longer kept: its tier's retention is over.";
  return `was left in Temporal (${reason}): read it there, from workflow ${workflowId}.`;
}

/** Thrown when an execution has not ended within the timeout of `result`. It goes on: ask again, or cancel it. */
export class ResultTimeoutError extends SluiceError {
  override readonly name = 'ResultTimeoutError';
  readonly executionId: string;
  readonly timeoutMs: number;
  /** As it was last seen; null when Sluice did not answer meanwhile, and then `cause` says why. */
  readonly execution: Execution | null;

  constructor(executionId: string, timeoutMs: number, execution: Execution | null, cause: unknown) {
    super(
      `Execution ${executionId} has not ended within ${timeoutMs} ms; it is ${execution?.status ?? 'not known how it is'}.`,
      { cause },
    );
    this.executionId = executionId;
    this.timeoutMs = timeoutMs;
    this.execution = execution;
  }
}
