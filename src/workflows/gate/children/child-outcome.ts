import type { ProtoFailure, RawValue } from '@temporalio/common';
import { TemporalFailure } from '@temporalio/workflow';
import { FailureType, type Outcome } from '../../../domain/outcome/outcome.ts';
import {
  completedOutcome,
  failedOutcome,
  outcomeOfFailure,
  timedOutOutcome,
} from '../../../domain/outcome/outcome-of.ts';

/** The SDK's text around the failure of a child that failed, and of no other: the failure inside may claim anything. */
const FAILED_MESSAGE = 'Child Workflow execution failed';

/** The outcome of a child that returned; undefined stands for no payload at all. */
export function outcomeOfResult(result: RawValue | undefined): Outcome {
  return completedOutcome(result?.payload);
}

/**
 * The outcome of a child whose result was an error. It is read from the failure as Temporal carries it and not from the SDK's error, so
 * that it is the same as an adopted child's.
 */
export function outcomeOfError(error: unknown, maxDurationSeconds: number): Outcome {
  const failure = error instanceof TemporalFailure ? error.failure : undefined;
  if (!failure) return outcomeOfFailure({ message: String(error) });
  if (failure.message === FAILED_MESSAGE) return outcomeOfFailure(failure.cause);
  return outcomeOfEnd(failure, maxDurationSeconds);
}

function outcomeOfEnd(failure: ProtoFailure, maxDurationSeconds: number): Outcome {
  const cause = failure.cause ?? failure;
  if (cause.canceledFailureInfo) return failedOutcome('cancelled', null);
  if (cause.terminatedFailureInfo)
    return failedOutcome('terminated', { type: FailureType.terminated, message: cause.message ?? '' });
  if (cause.timeoutFailureInfo) return timedOutOutcome(maxDurationSeconds);
  return outcomeOfFailure(cause);
}
