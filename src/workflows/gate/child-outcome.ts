import type { Payload } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding.js';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { FailureType, type Outcome } from '../../domain/outcome.ts';
import { completedOutcome, failedOutcome, timedOutOutcome } from '../../domain/outcomes.ts';

/** The outcome of a child that returned. */
export function completed(payload: Payload): Outcome {
  const encoding = payload.metadata?.['encoding'];
  return completedOutcome(encoding ? decode(encoding) : '', payload.data ?? new Uint8Array(), decode);
}

/** The outcome of a child whose result was an error: the innermost cause, because the wrappers say only "it failed". */
export function outcomeOfFailure(error: unknown, maxDurationSeconds: number): Outcome {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof CancelledFailure) return failedOutcome('cancelled', null);
  if (cause instanceof TerminatedFailure) {
    return failedOutcome('terminated', { type: FailureType.terminated, message: cause.message });
  }
  if (cause instanceof TimeoutFailure) return timedOutOutcome(maxDurationSeconds);
  return failedOutcome('failed', innermost(cause));
}

function innermost(error: unknown): { type: string; message: string } {
  if (
    (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) &&
    error.cause !== undefined
  ) {
    return innermost(error.cause);
  }
  if (error instanceof ApplicationFailure) return { type: error.type ?? 'Error', message: error.message };
  if (error instanceof Error) return { type: error.name, message: error.message };
  return { type: 'Error', message: String(error) };
}
