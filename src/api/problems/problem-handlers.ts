import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EarlyAnswers } from '../server/early-answers.ts';
import { errorResponse, type ErrorResponse } from './error-responses.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, type ProblemName, problemType } from './problem.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { REQUEST_ID_HEADER } from '../server/request-id.ts';

export interface Refusing {
  /** Called with each. */
  counted(problem: ProblemName): void;
  readonly early: EarlyAnswers;
}

/** Answers an error with its problem document, and logs errors that are ours to repair. */
export function createProblemHandler(refusing: Refusing) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const response = forCaller(errorResponse(error), request);
    if (isStillArriving(request) && response.problem === 'request-timed-out') {
      return sendProblem(TOO_SLOW, request, reply.header('connection', 'close'), refusing);
    }
    const { status } = PROBLEMS[response.problem];
    if (status === 500) request.log.error({ err: error }, 'an unexpected error');
    else if (status > 500)
      logRepeated(request.server.log, 'warn', { err: error, requestId: request.id }, response.detail);
    else request.log.debug({ err: error }, response.detail);
    return sendProblem(response, request, reply, refusing);
  };
}

/** The types of the pool tell of all tenants' work: only whoever operates it gets them. */
function forCaller(response: ErrorResponse, { principal }: FastifyRequest): ErrorResponse {
  if (response.facts?.knownWorkflowTypes === undefined || principal.rights.has('operate')) return response;
  const { knownWorkflowTypes: _types, ...facts } = response.facts;
  return { ...response, facts };
}

/** The time ran out while we waited for the client, and not the client for us. */
const TOO_SLOW: ErrorResponse = {
  problem: 'request-too-slow',
  detail: 'The body did not arrive in time. Nothing was written; send it again.',
};

function isStillArriving({ raw }: FastifyRequest): boolean {
  // Requests that a test injects have no such field.
  return 'complete' in raw && !raw.complete;
}

/** Nothing is at this path. */
export function createNotFoundHandler(refusing: Refusing) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const detail = `There is no ${request.method} ${pathOf(request)}. The paths are listed at /docs.`;
    return sendProblem({ problem: 'route-not-found', detail }, request, reply, refusing);
  };
}

/** The path is there, with other methods. */
export function createMethodNotAllowedHandler(allowed: string, refusing: Refusing) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const detail = `${pathOf(request)} has ${allowed}, and not ${request.method}.`;
    reply.header('allow', allowed);
    return sendProblem({ problem: 'method-not-allowed', detail }, request, reply, refusing);
  };
}

function sendProblem(
  { problem, detail, facts, retryAfterSeconds, challenge }: ErrorResponse,
  request: FastifyRequest,
  reply: FastifyReply,
  { counted, early }: Refusing,
): FastifyReply {
  counted(problem);
  const { status, title } = PROBLEMS[problem];
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  const body: Problem = {
    type: problemType(problem),
    title,
    status,
    detail,
    instance: pathOf(request),
    requestId: request.id,
    ...facts,
  };
  void reply.code(status).header(REQUEST_ID_HEADER, request.id).type(PROBLEM_MEDIA_TYPE);
  if (!isStillArriving(request) || request.method === 'HEAD') return reply.send(body);
  const text = JSON.stringify(body);
  return reply.header('content-length', Buffer.byteLength(text)).send(early.payload(reply, text));
}

/** Without the query: an instance is named, not searched for. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}
