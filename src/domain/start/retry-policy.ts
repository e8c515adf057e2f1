/**
 * How Temporal runs a workflow again that has failed, in the form in which it is sent, stored and handed to a gate. Intervals in seconds. What is
 * left out is Temporal's default: 1 s, doubled each time up to a hundred times that, without an end.
 */
export interface RetryPolicy {
  readonly initialInterval?: number;
  readonly backoffCoefficient?: number;
  readonly maximumInterval?: number;
  readonly maximumAttempts?: number;
  readonly nonRetryableErrorTypes?: readonly string[];
}

/** Temporal's default of `initialInterval`, in seconds. */
const INITIAL_INTERVAL_DEFAULT_SECONDS = 1;

/** True when its longest pause is shorter than its first: Temporal refuses such a policy, and the start with it. */
export function isMaximumBelowInitial({ initialInterval, maximumInterval }: RetryPolicy): boolean {
  return (
    maximumInterval !== undefined && maximumInterval < (initialInterval ?? INITIAL_INTERVAL_DEFAULT_SECONDS)
  );
}
