import { isGrpcCancelledError, isGrpcDeadlineError } from '@temporalio/client';

/**
 * Whether a call with a deadline had no answer in time. The server watches the deadline as well and then cancels the call: where the
 * processor is busy, its word may be here first. Not for calls with an abort signal, which end as cancelled too.
 */
export function isOutOfTime(error: unknown): boolean {
  return isGrpcDeadlineError(error) || isGrpcCancelledError(error);
}
