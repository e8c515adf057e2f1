import { Refusal } from '../refusals.ts';

/** Thrown when another number of executions match than who asks for an act has seen. */
export class MatchingChangedError extends Refusal {
  override readonly name = 'MatchingChangedError';
  readonly matching: number;
  readonly matchingIsLowerBound: boolean;

  constructor(expected: number, { count, isLowerBound }: { count: number; isLowerBound: boolean }) {
    super(
      isLowerBound
        ? `More executions match than can be counted in time: ${count} or more, and not for certain ${expected}. Nothing was done; narrow the filter, or leave \`expected\` out.`
        : `${count} executions match now, and ${expected} were expected. Nothing was done; look at them, and ask again with the new number.`,
    );
    this.matching = count;
    this.matchingIsLowerBound = isLowerBound;
  }
}

/** Thrown when an idempotency key comes again with another act, filter or reason. */
export class BulkActKeyReusedError extends Refusal {
  override readonly name = 'BulkActKeyReusedError';

  constructor(bulkActId: string) {
    super(
      `This Idempotency-Key already stands for the bulk act ${bulkActId}, which was asked for with other content. Use a new key for a new act.`,
    );
  }
}

/** Thrown when there is no act of that id, or in that workspace. */
export class BulkActNotFoundError extends Refusal {
  override readonly name = 'BulkActNotFoundError';

  constructor(bulkActId: string, workspaceId: string | null) {
    super(
      workspaceId === null
        ? `There is no bulk act ${bulkActId}.`
        : `Workspace ${workspaceId} has no bulk act ${bulkActId} of its own; acts over all workspaces are read at /v1/bulk-acts.`,
    );
  }
}
