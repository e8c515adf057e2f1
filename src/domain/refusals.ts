import type { Status } from './status.ts';

/** What the domain refuses. Each error carries its facts; src/api/problems/error-responses.ts says how HTTP puts them. */
export abstract class Refusal extends Error {}

/** Thrown when a workspace is named that was never created. */
export class WorkspaceNotFoundError extends Refusal {
  override readonly name = 'WorkspaceNotFoundError';
  readonly workspaceId: string;

  constructor(workspaceId: string) {
    super(`There is no workspace ${workspaceId}. Create it with PUT /v1/workspaces/${workspaceId}.`);
    this.workspaceId = workspaceId;
  }
}

/** Thrown when something is asked of a workspace that is being deleted. */
export class WorkspaceDeletingError extends Refusal {
  override readonly name = 'WorkspaceDeletingError';
  readonly workspaceId: string;

  constructor(workspaceId: string, since: Date) {
    super(
      `Workspace ${workspaceId} is being deleted since ${since.toISOString()}. It takes nothing new; when it is gone, ` +
        `PUT /v1/workspaces/${workspaceId} makes it anew.`,
    );
    this.workspaceId = workspaceId;
  }
}

/** Thrown when a workspace is to be deleted that has executions which have not ended. */
export class WorkspaceHasWorkError extends Refusal {
  override readonly name = 'WorkspaceHasWorkError';
  readonly pending: number;
  readonly scheduled: number;
  readonly running: number;

  constructor(workspaceId: string, work: { pending: number; scheduled: number; running: number }) {
    const { pending, scheduled, running } = work;
    super(
      `Workspace ${workspaceId} has ${running} running, ${pending} pending and ${scheduled} scheduled executions. Wait for their end, ` +
        'or ask with endWork=true: then pending and scheduled ones are cancelled and running ones terminated.',
    );
    this.pending = pending;
    this.scheduled = scheduled;
    this.running = running;
  }
}

/** Thrown when a tier is named that does not exist. */
export class TierNotFoundError extends Refusal {
  override readonly name = 'TierNotFoundError';
  readonly tier: string;

  constructor(tier: string) {
    super(`There is no tier ${tier}. GET /v1/tiers lists all of them.`);
    this.tier = tier;
  }
}

/** Thrown when a tier would keep payloads for longer than the executions that they belong to. */
export class PayloadRetentionTooLongError extends Refusal {
  override readonly name = 'PayloadRetentionTooLongError';

  constructor(tier: string, retentionDays: number, payloadRetentionDays: number) {
    const payloads = payloadRetentionDays === 0 ? 'for ever' : `for ${payloadRetentionDays} days`;
    super(
      `The tier ${tier} would keep payloads ${payloads} and their executions for ${retentionDays} days. ` +
        `Set payloadRetentionDays to ${retentionDays} or less, or retentionDays to null or as long.`,
    );
  }
}

/** Thrown when a workspace has no execution of that id. */
export class ExecutionNotFoundError extends Refusal {
  override readonly name = 'ExecutionNotFoundError';
  readonly workspaceId: string;
  readonly executionId: string;

  constructor(workspaceId: string, executionId: string) {
    super(`Workspace ${workspaceId} has no execution ${executionId}.`);
    this.workspaceId = workspaceId;
    this.executionId = executionId;
  }
}

/** Thrown when something is asked for that only an execution which has ended can have done to it. */
export class ExecutionNotEndedError extends Refusal {
  override readonly name = 'ExecutionNotEndedError';
  readonly executionId: string;

  constructor(executionId: string, status: Status) {
    super(
      `Execution ${executionId} is ${status}, and this is for one that has ended. Cancel or terminate it, or wait for its end.`,
    );
    this.executionId = executionId;
  }
}

/** Thrown when an execution is to be run again whose input is no longer kept. */
export class InputGoneError extends Refusal {
  override readonly name = 'InputGoneError';
  readonly executionId: string;

  constructor(executionId: string, why: 'deleted' | 'expired') {
    const gone = why === 'deleted' ? 'was deleted on request' : "is past its tier's `payloadRetentionDays`";
    super(`The input of execution ${executionId} ${gone}. Send it again as a new execution.`);
    this.executionId = executionId;
  }
}

/** Thrown when an idempotency key comes again with another workflow type or another input text. */
export class IdempotencyKeyReusedError extends Refusal {
  override readonly name = 'IdempotencyKeyReusedError';
  /** The execution that the key already stands for. */
  readonly executionId: string;

  constructor(executionId: string) {
    super(
      `This Idempotency-Key already stands for execution ${executionId}, which was asked for with other content. ` +
        'Use a new key for a new execution, or send exactly the content of the first request.',
    );
    this.executionId = executionId;
  }
}

/** Thrown when no worker of the pool knows a workflow type. */
export class WorkflowTypeUnknownError extends Refusal {
  override readonly name = 'WorkflowTypeUnknownError';
  readonly workflowType: string;
  readonly knownWorkflowTypes: readonly string[];

  constructor(workflowType: string, knownWorkflowTypes: readonly string[]) {
    super(
      `The pool's workers do not know the workflow type ${JSON.stringify(workflowType)}. Deploy workers that have it, ` +
        'or set the workspace\'s `workers` to "external" if other workers serve its queue.',
    );
    this.workflowType = workflowType;
    this.knownWorkflowTypes = knownWorkflowTypes;
  }
}

/** Thrown when something that a request says of its execution cannot be done, beside what a schema can say. */
export class InvalidAttributeError extends Refusal {
  override readonly name = 'InvalidAttributeError';
  /** A member of the request, or one within it: `retryPolicy/maximumInterval`. */
  readonly attribute: string;
  /** The end of a sentence about it. */
  readonly reason: string;

  constructor(attribute: string, reason: string) {
    super(`${attribute} ${reason}`);
    this.attribute = attribute;
    this.reason = reason;
  }
}

/** Thrown when an execution's input has too many bytes. */
export class InputTooLargeError extends Refusal {
  override readonly name = 'InputTooLargeError';
  readonly bytes: number;
  readonly maxBytes: number;

  constructor(bytes: number, maxBytes: number) {
    super(
      `The input has ${bytes} bytes; at most ${maxBytes} are taken (MAX_INPUT_BYTES). Store large data elsewhere and send a reference to it.`,
    );
    this.bytes = bytes;
    this.maxBytes = maxBytes;
  }
}

/** Thrown when an execution that would rather not wait could not have a slot at once. */
export class NoFreeSlotError extends Refusal {
  override readonly name = 'NoFreeSlotError';
  readonly limit: number;
  readonly running: number;
  readonly pending: number;

  /** `stands`: why nothing is admitted, slots or not. */
  constructor(at: {
    limit: number;
    running: number;
    pending: number;
    stands: 'restoring' | 'paused' | null;
  }) {
    const { limit, running, pending, stands } = at;
    super(
      stands === null
        ? `${running} executions of this workspace run and ${pending} wait, at a limit of ${limit}. Nothing was stored; try again when some ` +
            'have ended, or leave `ifBusy` out to wait in the queue.'
        : `This workspace is ${stands} and starts nothing until ${stands === 'paused' ? 'it is resumed' : 'an operator lets it go on'}. ` +
            'Nothing was stored; leave `ifBusy` out to wait in the queue.',
    );
    this.limit = limit;
    this.running = running;
    this.pending = pending;
  }
}

/** Thrown for an item that nothing is wrong with, of a batch that is refused as a whole. */
export class LeftOutOfBatchError extends Refusal {
  override readonly name = 'LeftOutOfBatchError';

  constructor() {
    super('Other items of this atomic batch are refused, so that nothing of it was stored.');
  }
}

/** Thrown when a batch that is to be stored as a whole has items that are refused. */
export class BatchRefusedError extends Refusal {
  override readonly name = 'BatchRefusedError';
  readonly refused: readonly { readonly index: number; readonly error: Error }[];

  constructor(refused: BatchRefusedError['refused']) {
    super(
      `Nothing of this atomic batch was stored, because ${refused.length === 1 ? 'one execution' : `${refused.length} executions`} of it would be refused: \`refused\` says which and why.`,
    );
    this.refused = refused;
  }
}

/** Thrown when as many executions of a workspace wait in the queue as its tier allows. */
export class QueueFullError extends Refusal {
  override readonly name = 'QueueFullError';
  readonly limit: number;
  readonly pending: number;

  constructor(limit: number, pending: number) {
    super(
      `${pending} executions of this workspace wait in the queue and its tier allows ${limit}. Try again when some have been admitted.`,
    );
    this.limit = limit;
    this.pending = pending;
  }
}

/** Thrown when an input does not fit beside the inputs in a workspace's queue. */
export class QueueBytesFullError extends Refusal {
  override readonly name = 'QueueBytesFullError';
  readonly maxPendingBytes: number;
  readonly pendingBytes: number;
  readonly bytes: number;

  constructor(maxPendingBytes: number, pendingBytes: number, bytes: number) {
    super(
      `The inputs in this workspace's queue have ${pendingBytes} bytes, this one has ${bytes}, and its tier allows ${maxPendingBytes} in all. ` +
        'Try again when some have been admitted, or store large data elsewhere and send a reference to it.',
    );
    this.maxPendingBytes = maxPendingBytes;
    this.pendingBytes = pendingBytes;
    this.bytes = bytes;
  }
}

/** Thrown when as many workspaces exist as may. */
export class WorkspacesFullError extends Refusal {
  override readonly name = 'WorkspacesFullError';
  readonly maxWorkspaces: number;

  constructor(maxWorkspaces: number) {
    super(
      `There are ${maxWorkspaces} workspaces, which is as many as there may be (MAX_WORKSPACES). Raise it, or use one that exists.`,
    );
    this.maxWorkspaces = maxWorkspaces;
  }
}

/** Thrown when too many requests of one workspace are waiting, or when one has waited for too long. */
export class WorkspaceBusyError extends Refusal {
  override readonly name = 'WorkspaceBusyError';
  readonly workspaceId: string;

  constructor(workspaceId: string) {
    super(
      `Workspace ${workspaceId} has more requests under way than are worked off in time. Nothing was written; send it again.`,
    );
    this.workspaceId = workspaceId;
  }
}
