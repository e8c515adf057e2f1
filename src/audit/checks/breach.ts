/** One place where an invariant did not hold, with the facts needed to examine it. */
export interface Breach {
  readonly workspaceId: string;
  readonly executionIds: readonly string[];
  /** Of the same executions, as far as they have rows. */
  readonly seqs: readonly number[];
  /** The moments that the text speaks of, in ISO 8601. */
  readonly times: readonly string[];
  readonly what: string;
}

/** What is no breach and yet worth knowing: what could not be checked, and what an operator did. */
export interface Note {
  readonly kind: 'not-checkable' | 'operator-reset' | 'limit-not-yet-recorded';
  readonly workspaceId: string;
  readonly executionIds: readonly string[];
  readonly what: string;
}
