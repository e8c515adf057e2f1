/** One place where an invariant did not hold, with the facts needed to examine it. */
export interface Breach {
  readonly workspaceId: string;
  readonly executionIds: readonly string[];
  /** Of the same executions, as far as they have rows; null for one that never entered the queue. */
  readonly seqs: readonly (number | null)[];
  /** The moments that the text speaks of, in ISO 8601. */
  readonly times: readonly string[];
  readonly what: string;
}

/** No breach, and yet worth knowing: a check that could not be made, or an operator's act. */
export interface Note {
  readonly kind: 'not-checkable' | 'operator-reset' | 'limit-not-yet-recorded';
  readonly workspaceId: string;
  readonly executionIds: readonly string[];
  readonly what: string;
}
