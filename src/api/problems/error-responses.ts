import type { FastifyError } from 'fastify';
import {
  BatchRefusedError,
  ExecutionNotEndedError,
  ExecutionNotFoundError,
  IdempotencyKeyReusedError,
  InputGoneError,
  InputTooLargeError,
  InvalidAttributeError,
  NoFreeSlotError,
  PayloadRetentionTooLongError,
  QueueBytesFullError,
  QueueFullError,
  TierNotFoundError,
  WorkflowTypeUnknownError,
  WorkspaceBusyError,
  WorkspaceDeletingError,
  WorkspaceHasWorkError,
  WorkspaceNotFoundError,
  WorkspacesFullError,
} from '../../domain/refusals.ts';
import {
  BulkActKeyReusedError,
  BulkActNotFoundError,
  MatchingChangedError,
} from '../../domain/bulk/bulk-refusals.ts';
import {
  isDatabaseFull,
  isDatabaseReadOnly,
  isDatabaseUnavailable,
} from '../../db/connection/unavailable.ts';
import { NamespaceMismatchError, NamespaceTakenError } from '../../temporal/namespace/installation.ts';
import { MisdirectedRequestError } from '../../network/allowed-hosts.ts';
import { KeyBeyondOwnError, KeyNotAliveError, KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import { TooManyRequestsError } from '../access/limit-requests.ts';
import { ForbiddenError, UnauthenticatedError } from '../access/access-errors.ts';
import { ForeignOriginError } from '../boundary/foreign-origin.ts';
import { EventsGoneError } from './events-gone.ts';
import { InvalidRequestError } from './invalid-request.ts';
import { JsonTextError } from '../json/json-text.ts';
import { type ItemProblem, type Problem, type ProblemName, PROBLEMS, problemType } from './problem.ts';

/** How one error is answered. */
export interface ErrorResponse {
  readonly problem: ProblemName;
  readonly detail: string;
  readonly facts?: Partial<Problem>;
  readonly retryAfterSeconds?: number;
  /** What WWW-Authenticate says. */
  readonly challenge?: string;
}

/** A queue moves as executions end, which takes seconds rather than milliseconds. */
const QUEUE_FULL_RETRY_AFTER_SECONDS = 10;
/** The window in which the requests of a key are counted. */
const REQUESTS_RETRY_AFTER_SECONDS = 1;
/** A busy workspace works its waiting requests off in about that time. */
const BUSY_RETRY_AFTER_SECONDS = 1;
/** Long enough for a restart of Postgres, short enough to be back soon after. */
const DATABASE_RETRY_AFTER_SECONDS = 5;

/** Somebody has to make room first. */
const DATABASE_FULL_RETRY_AFTER_SECONDS = 30;

/** More names than that do not help anybody to find the right one. */
const KNOWN_WORKFLOW_TYPES_SHOWN_MAX = 50;

const SAFE_REPEAT =
  'A repeat with the same Idempotency-Key is safe, whether or not this request was carried out.';

/** Somebody has to correct a setting, or move the database. */
const WRONG_INSTALLATION_RETRY_AFTER_SECONDS = 30;

const CHALLENGE = 'Bearer realm="sluice"';

const wrongInstallation = () =>
  ({
    problem: 'wrong-installation',
    retryAfterSeconds: WRONG_INSTALLATION_RETRY_AFTER_SECONDS,
  }) as const;

type Row = readonly [
  thrown: new (...args: never[]) => Error,
  answer: (error: never) => Omit<ErrorResponse, 'detail'>,
];

function on<E extends Error>(
  thrown: new (...args: never[]) => E,
  answer: (error: E) => Omit<ErrorResponse, 'detail'>,
): Row {
  return [thrown, answer];
}

/** What each error of ours is to HTTP. Its message is the problem's detail. */
const RESPONSES: readonly Row[] = [
  on(JsonTextError, (e) => ({ problem: 'malformed-json', facts: { reason: e.problem } })),
  on(InvalidRequestError, (e) => ({ problem: 'invalid-request', facts: { errors: [...e.errors] } })),
  on(InvalidAttributeError, (e) => ({
    problem: 'invalid-request',
    facts: { errors: [{ in: 'body', path: `/${e.attribute}`, message: e.reason }] },
  })),
  on(MisdirectedRequestError, () => ({ problem: 'misdirected-request' })),
  on(ForeignOriginError, () => ({ problem: 'foreign-origin' })),
  on(UnauthenticatedError, ({ isMissing }) => ({
    problem: 'unauthenticated',
    challenge: isMissing ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
  })),
  on(ForbiddenError, ({ missingRight }) => ({
    problem: 'forbidden',
    facts: { missingRight },
    challenge: `${CHALLENGE}, error="insufficient_scope", scope="${missingRight}"`,
  })),
  on(KeyBeyondOwnError, () => ({ problem: 'key-beyond-own' })),
  on(KeyNotFoundError, () => ({ problem: 'key-not-found' })),
  on(KeyNotAliveError, () => ({ problem: 'key-not-alive' })),
  on(TierNotFoundError, () => ({ problem: 'tier-not-found' })),
  on(PayloadRetentionTooLongError, () => ({ problem: 'payload-retention-too-long' })),
  on(WorkspaceNotFoundError, () => ({ problem: 'workspace-not-found' })),
  on(WorkspaceDeletingError, () => ({ problem: 'workspace-deleting' })),
  on(WorkspaceHasWorkError, ({ pending, scheduled, running }) => ({
    problem: 'workspace-has-work',
    facts: { pending, scheduled, running },
  })),
  on(ExecutionNotFoundError, () => ({ problem: 'execution-not-found' })),
  on(BulkActNotFoundError, () => ({ problem: 'bulk-act-not-found' })),
  on(BulkActKeyReusedError, () => ({ problem: 'idempotency-key-reused' })),
  on(MatchingChangedError, ({ matching, matchingIsLowerBound }) => ({
    problem: 'matching-changed',
    facts: { matching, matchingIsLowerBound },
  })),
  on(ExecutionNotEndedError, (e) => ({
    problem: 'execution-not-ended',
    facts: { executionId: e.executionId },
  })),
  on(EventsGoneError, (e) => ({ problem: 'events-gone', facts: { after: e.after } })),
  on(InputGoneError, ({ executionId }) => ({ problem: 'input-gone', facts: { executionId } })),
  on(InputTooLargeError, (e) => ({
    problem: 'payload-too-large',
    facts: { bytes: e.bytes, maxBytes: e.maxBytes },
  })),
  on(IdempotencyKeyReusedError, (e) => ({
    problem: 'idempotency-key-reused',
    facts: { executionId: e.executionId },
  })),
  on(WorkflowTypeUnknownError, (e) => ({
    problem: 'workflow-type-unknown',
    facts: {
      workflowType: e.workflowType,
      knownWorkflowTypes: e.knownWorkflowTypes.slice(0, KNOWN_WORKFLOW_TYPES_SHOWN_MAX),
    },
  })),
  on(NoFreeSlotError, ({ limit, running, pending }) => ({
    problem: 'no-free-slot',
    facts: { limit, running, pending },
  })),
  on(TooManyRequestsError, () => ({
    problem: 'too-many-requests',
    retryAfterSeconds: REQUESTS_RETRY_AFTER_SECONDS,
  })),
  on(QueueFullError, (e) => ({
    problem: 'queue-full',
    facts: { limit: e.limit, pending: e.pending },
    retryAfterSeconds: QUEUE_FULL_RETRY_AFTER_SECONDS,
  })),
  on(NamespaceMismatchError, wrongInstallation),
  on(NamespaceTakenError, wrongInstallation),
  on(QueueBytesFullError, (e) => ({
    problem: 'queue-bytes-full',
    facts: { bytes: e.bytes, pendingBytes: e.pendingBytes, maxPendingBytes: e.maxPendingBytes },
    retryAfterSeconds: QUEUE_FULL_RETRY_AFTER_SECONDS,
  })),
  on(WorkspacesFullError, (e) => ({ problem: 'workspaces-full', facts: { maxWorkspaces: e.maxWorkspaces } })),
  on(BatchRefusedError, ({ refused }) => ({
    problem: 'batch-refused',
    facts: {
      refused: refused.map(({ index, error }) => ({
        path: `/executions/${index}`,
        problem: itemProblem(error),
      })),
    },
    ...soonestRetry(refused.map(({ error }) => error)),
  })),
  on(WorkspaceBusyError, () => ({ problem: 'workspace-busy', retryAfterSeconds: BUSY_RETRY_AFTER_SECONDS })),
];

/** The same for what Fastify itself refuses, by its error codes. */
const FRAMEWORK_RESPONSES: Readonly<Record<string, ErrorResponse>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    problem: 'unsupported-media-type',
    detail: 'Send the body as `Content-Type: application/json`, in UTF-8.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    problem: 'payload-too-large',
    detail: 'The body is larger than this path takes.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    problem: 'invalid-request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_BAD_URL: { problem: 'invalid-request', detail: 'The path is not a valid URL path.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    problem: 'invalid-request',
    detail: 'A part of the path is longer than any id can be.',
  },
  FST_ERR_HANDLER_TIMEOUT: {
    problem: 'request-timed-out',
    detail: `Sluice could not answer in time. ${SAFE_REPEAT}`,
    retryAfterSeconds: DATABASE_RETRY_AFTER_SECONDS,
  },
};

/** What an item of a batch is refused for. Lists are left out, which would be there up to a thousand times; `detail` has what matters of them. */
export function itemProblem(error: Error): ItemProblem {
  const { problem, detail, facts } = errorResponse(error);
  const { knownWorkflowTypes: _types, errors: _errors, refused: _refused, ...ofItem } = facts ?? {};
  const { status, title } = PROBLEMS[problem];
  return { type: problemType(problem), title, status, detail, ...ofItem };
}

/** When a batch may be accepted: not before each of these errors may be gone, and never when one of them stays. */
function soonestRetry(errors: readonly Error[]): { retryAfterSeconds?: number } {
  const seconds = errors.map((error) => errorResponse(error).retryAfterSeconds ?? Infinity);
  const longest = Math.max(...seconds);
  return Number.isFinite(longest) ? { retryAfterSeconds: longest } : {};
}

/** The one place where an error becomes a problem. Whatever is not listed is a defect of ours. */
export function errorResponse(error: unknown): ErrorResponse {
  if (error instanceof Error) {
    for (const [thrown, answer] of RESPONSES) {
      if (error instanceof thrown) return { detail: error.message, ...answer(error as never) };
    }
    const framework = FRAMEWORK_RESPONSES[(error as FastifyError).code];
    if (framework) return framework;
    if (isDatabaseFull(error)) {
      return {
        problem: 'database-full',
        detail: `The disk of Postgres is full, so nothing was written; stored data can be read. Its operator must make room. ${SAFE_REPEAT}`,
        retryAfterSeconds: DATABASE_FULL_RETRY_AFTER_SECONDS,
      };
    }
    if (isDatabaseReadOnly(error)) {
      return {
        problem: 'database-unavailable',
        detail: `Postgres is read-only, or a standby, so nothing was written; stored data can be read. ${SAFE_REPEAT}`,
        retryAfterSeconds: DATABASE_RETRY_AFTER_SECONDS,
      };
    }
    if (isDatabaseUnavailable(error)) {
      return {
        problem: 'database-unavailable',
        detail: `Postgres does not answer, or could not do this in time. ${SAFE_REPEAT}`,
        retryAfterSeconds: DATABASE_RETRY_AFTER_SECONDS,
      };
    }
    const { statusCode } = error as FastifyError;
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      return { problem: 'invalid-request', detail: error.message };
    }
  }
  return { problem: 'internal-error', detail: 'An unexpected error; the log has it under this request id.' };
}
