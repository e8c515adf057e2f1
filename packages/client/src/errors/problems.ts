import { type Problem, ProblemError, type ProblemType } from './problem-error.ts';

/** Thrown when the input cannot be kept exactly as it is written. */
export class MalformedJsonError extends ProblemError {
  override readonly name = 'MalformedJsonError';
  readonly reason = this.problem.reason!;
}

/** Thrown when a request does not match its schema; names everything that does not. */
export class InvalidRequestError extends ProblemError {
  override readonly name = 'InvalidRequestError';
  readonly errors = this.problem.errors ?? [];
}

/** Thrown when `apiKey` is missing, or is none that lets anybody in: mistyped, unknown, revoked or expired. */
export class UnauthenticatedError extends ProblemError {
  override readonly name = 'UnauthenticatedError';
}

/** Thrown when the key may not do this. */
export class ForbiddenError extends ProblemError {
  override readonly name = 'ForbiddenError';
  readonly missingRight = this.problem.missingRight!;
}

/** Thrown when a key would make another that may do more than itself, or for longer. */
export class KeyBeyondOwnError extends ProblemError {
  override readonly name = 'KeyBeyondOwnError';
}

/** Thrown when there is no such key. */
export class KeyNotFoundError extends ProblemError {
  override readonly name = 'KeyNotFoundError';
}

/** Thrown when something new is asked of a workspace that is being deleted. */
export class WorkspaceDeletingError extends ProblemError {
  override readonly name = 'WorkspaceDeletingError';
}

/** Thrown when a workspace is to be deleted whose executions have not all ended; nothing was changed. */
export class WorkspaceHasWorkError extends ProblemError {
  override readonly name = 'WorkspaceHasWorkError';
  readonly pending = this.problem.pending!;
  readonly scheduled = this.problem.scheduled!;
  readonly running = this.problem.running!;
}

/** Thrown when there is no such bulk act, or in that workspace. */
export class BulkActNotFoundError extends ProblemError {
  override readonly name = 'BulkActNotFoundError';
}

/** Thrown when another number of executions match than was expected; nothing was done. */
export class MatchingChangedError extends ProblemError {
  override readonly name = 'MatchingChangedError';
  readonly matching = this.problem.matching!;
  /** Whether there may be more. */
  readonly matchingIsLowerBound = this.problem.matchingIsLowerBound!;
}

/** Thrown when a key is to be rotated that no longer holds, or was rotated before. */
export class KeyNotAliveError extends ProblemError {
  override readonly name = 'KeyNotAliveError';
}

/** Thrown when the key sent too many requests in every try. */
export class TooManyRequestsError extends ProblemError {
  override readonly name = 'TooManyRequestsError';
}

/** Thrown in a browser whose page Sluice does not serve: CORS_ORIGINS names the origins that may call. */
export class ForeignOriginError extends ProblemError {
  override readonly name = 'ForeignOriginError';
}

/** Thrown when no more workspaces may be created. */
export class WorkspacesFullError extends ProblemError {
  override readonly name = 'WorkspacesFullError';
  readonly maxWorkspaces = this.problem.maxWorkspaces!;
}

/** Thrown when there is no such tier: the server's version is another one. */
export class TierNotFoundError extends ProblemError {
  override readonly name = 'TierNotFoundError';
}

/** Thrown when there is no such workspace. */
export class WorkspaceNotFoundError extends ProblemError {
  override readonly name = 'WorkspaceNotFoundError';
}

/** Thrown when the workspace has no such execution. */
export class ExecutionNotFoundError extends ProblemError {
  override readonly name = 'ExecutionNotFoundError';
}

/** Thrown when payloads are to be deleted that an execution still needs: it has not ended. */
export class ExecutionNotEndedError extends ProblemError {
  override readonly name = 'ExecutionNotEndedError';
  readonly executionId = this.problem.executionId!;
}

/** Thrown when an execution is to be run again whose input is no longer kept. */
export class InputGoneError extends ProblemError {
  override readonly name = 'InputGoneError';
  readonly executionId = this.problem.executionId!;
}

/** Thrown when executions of an atomic batch are refused; nothing of it was stored. */
export class BatchRefusedError extends ProblemError {
  override readonly name = 'BatchRefusedError';
  /** All that are refused: where they stand in the batch, and why. */
  readonly refused = this.problem.refused ?? [];
}

/** Thrown when an execution with `ifBusy: 'reject'` could not have a slot at once; nothing was stored. */
export class NoFreeSlotError extends ProblemError {
  override readonly name = 'NoFreeSlotError';
  /** How many executions may run at once. */
  readonly limit = this.problem.limit!;
  readonly running = this.problem.running!;
  readonly pending = this.problem.pending!;
}

/** Thrown when Sluice has no such path: its version is another one, or `baseUrl` has a path too many. */
export class RouteNotFoundError extends ProblemError {
  override readonly name = 'RouteNotFoundError';
}

/** Thrown when the path has no such method: the server's version is another one. */
export class MethodNotAllowedError extends ProblemError {
  override readonly name = 'MethodNotAllowedError';
}

/** Thrown when a request arrived too slowly, in every try. */
export class RequestTooSlowError extends ProblemError {
  override readonly name = 'RequestTooSlowError';
}

/** Thrown when events after an id cannot be told: they are no longer kept, or the database was restored. Read the state anew. */
export class EventsGoneError extends ProblemError {
  override readonly name = 'EventsGoneError';
  /** The id after which they can. */
  readonly after = this.problem.after!;
}

/** Thrown when an input is larger than MAX_INPUT_BYTES; without sizes when the body as a whole is too large. */
export class PayloadTooLargeError extends ProblemError {
  override readonly name = 'PayloadTooLargeError';
  readonly bytes = this.problem.bytes ?? null;
  readonly maxBytes = this.problem.maxBytes ?? null;
}

/** Thrown when something on the way changed the body's media type. */
export class UnsupportedMediaTypeError extends ProblemError {
  override readonly name = 'UnsupportedMediaTypeError';
}

/** Thrown when something on the way added a header Expect. */
export class ExpectationUnknownError extends ProblemError {
  override readonly name = 'ExpectationUnknownError';
}

/** Thrown when Sluice does not answer to the host in `baseUrl`: ALLOWED_HOSTS names its hosts. */
export class MisdirectedRequestError extends ProblemError {
  override readonly name = 'MisdirectedRequestError';
}

/** Thrown when the idempotency key stands for an execution with another workflow type or input. */
export class IdempotencyKeyReusedError extends ProblemError {
  override readonly name = 'IdempotencyKeyReusedError';
  /** What it stands for. */
  readonly executionId = this.problem.executionId!;
}

/** Thrown when a tier would keep payloads for longer than the executions that they belong to. */
export class PayloadRetentionTooLongError extends ProblemError {
  override readonly name = 'PayloadRetentionTooLongError';
}

/** Thrown when the pool's workers have no such workflow. */
export class WorkflowTypeUnknownError extends ProblemError {
  override readonly name = 'WorkflowTypeUnknownError';
  readonly workflowType = this.problem.workflowType!;
  /** At most 50. */
  readonly knownWorkflowTypes = this.problem.knownWorkflowTypes ?? [];
}

/** Thrown when the workspace's queue stayed full through every try. */
export class QueueFullError extends ProblemError {
  override readonly name = 'QueueFullError';
  /** How many executions may wait. */
  readonly limit = this.problem.limit!;
  readonly pending = this.problem.pending!;
}

/** Thrown when the inputs in the workspace's queue stayed too large together through every try. */
export class QueueBytesFullError extends ProblemError {
  override readonly name = 'QueueBytesFullError';
  readonly bytes = this.problem.bytes!;
  readonly pendingBytes = this.problem.pendingBytes!;
  readonly maxPendingBytes = this.problem.maxPendingBytes!;
}

/** Thrown when headers or the URL are too long. */
export class HeadersTooLargeError extends ProblemError {
  override readonly name = 'HeadersTooLargeError';
}

/** Thrown when Sluice has a defect: its log has the request under `requestId`. */
export class InternalError extends ProblemError {
  override readonly name = 'InternalError';
}

/** Thrown when Sluice's database did not answer in any try. */
export class DatabaseUnavailableError extends ProblemError {
  override readonly name = 'DatabaseUnavailableError';
}

/** Thrown when Sluice's database has no room; its operator must make some. */
export class DatabaseFullError extends ProblemError {
  override readonly name = 'DatabaseFullError';
}

/** Thrown when Sluice's database and Temporal namespace do not belong together; its operator must correct a setting. */
export class WrongInstallationError extends ProblemError {
  override readonly name = 'WrongInstallationError';
}

/** Thrown when the workspace had too many requests at once in every try. */
export class WorkspaceBusyError extends ProblemError {
  override readonly name = 'WorkspaceBusyError';
}

/** Thrown when Sluice could not answer in time in any try. */
export class RequestTimedOutError extends ProblemError {
  override readonly name = 'RequestTimedOutError';
}

/** The class of each type. The compiler holds it to the OpenAPI document. */
const CLASSES: Record<ProblemType, typeof ProblemError> = {
  'urn:sluice:problem:malformed-json': MalformedJsonError,
  'urn:sluice:problem:invalid-request': InvalidRequestError,
  'urn:sluice:problem:unauthenticated': UnauthenticatedError,
  'urn:sluice:problem:forbidden': ForbiddenError,
  'urn:sluice:problem:key-beyond-own': KeyBeyondOwnError,
  'urn:sluice:problem:key-not-found': KeyNotFoundError,
  'urn:sluice:problem:key-not-alive': KeyNotAliveError,
  'urn:sluice:problem:too-many-requests': TooManyRequestsError,
  'urn:sluice:problem:foreign-origin': ForeignOriginError,
  'urn:sluice:problem:workspace-deleting': WorkspaceDeletingError,
  'urn:sluice:problem:workspace-has-work': WorkspaceHasWorkError,
  'urn:sluice:problem:bulk-act-not-found': BulkActNotFoundError,
  'urn:sluice:problem:matching-changed': MatchingChangedError,
  'urn:sluice:problem:workspaces-full': WorkspacesFullError,
  'urn:sluice:problem:tier-not-found': TierNotFoundError,
  'urn:sluice:problem:workspace-not-found': WorkspaceNotFoundError,
  'urn:sluice:problem:execution-not-found': ExecutionNotFoundError,
  'urn:sluice:problem:route-not-found': RouteNotFoundError,
  'urn:sluice:problem:method-not-allowed': MethodNotAllowedError,
  'urn:sluice:problem:request-too-slow': RequestTooSlowError,
  'urn:sluice:problem:no-free-slot': NoFreeSlotError,
  'urn:sluice:problem:input-gone': InputGoneError,
  'urn:sluice:problem:batch-refused': BatchRefusedError,
  'urn:sluice:problem:execution-not-ended': ExecutionNotEndedError,
  'urn:sluice:problem:events-gone': EventsGoneError,
  'urn:sluice:problem:payload-too-large': PayloadTooLargeError,
  'urn:sluice:problem:unsupported-media-type': UnsupportedMediaTypeError,
  'urn:sluice:problem:expectation-unknown': ExpectationUnknownError,
  'urn:sluice:problem:misdirected-request': MisdirectedRequestError,
  'urn:sluice:problem:idempotency-key-reused': IdempotencyKeyReusedError,
  'urn:sluice:problem:payload-retention-too-long': PayloadRetentionTooLongError,
  'urn:sluice:problem:workflow-type-unknown': WorkflowTypeUnknownError,
  'urn:sluice:problem:queue-full': QueueFullError,
  'urn:sluice:problem:queue-bytes-full': QueueBytesFullError,
  'urn:sluice:problem:headers-too-large': HeadersTooLargeError,
  'urn:sluice:problem:internal-error': InternalError,
  'urn:sluice:problem:database-unavailable': DatabaseUnavailableError,
  'urn:sluice:problem:database-full': DatabaseFullError,
  'urn:sluice:problem:wrong-installation': WrongInstallationError,
  'urn:sluice:problem:workspace-busy': WorkspaceBusyError,
  'urn:sluice:problem:request-timed-out': RequestTimedOutError,
};

/** The error for a problem document; null when the body is none of Sluice's. */
export function problemError(
  body: unknown,
  retryAfterSeconds: number | null,
  options?: ErrorOptions,
): ProblemError | null {
  if (!isProblem(body)) return null;
  const Thrown = Object.hasOwn(CLASSES, body.type) ? CLASSES[body.type] : ProblemError;
  return new Thrown(body, retryAfterSeconds, options);
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { type, detail } = body as Partial<Problem>;
  return typeof type === 'string' && type.startsWith('urn:sluice:problem:') && typeof detail === 'string';
}
