import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorResponse, type ErrorResponse } from './error-responses.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, type ProblemName, problemType } from './problem.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

type Refused = (problem: ProblemName) => void;

/** Answers an error with its problem document, and logs what is ours to repair. */
export function createProblemHandler(refused: Refused) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const response = errorResponse(error);
    if (isStillArriving(request) && response.problem === 'request-timed-out') {
      return sendProblem(TOO_SLOW, request, reply.header('connection', 'close'), refused);
    }
    const { status } = PROBLEMS[response.problem];
    if (status === 500) request.log.error({ err: error }, 'an unexpected error');
    else if (status > 500) request.log.warn({ err: error }, response.detail);
    else request.log.debug({ err: error }, response.detail);
    return sendProblem(response, request, reply, refused);
  };
}

/** The time ran out while we waited for the client, and not the client for us. */
const TOO_SLOW: ErrorResponse = {
  problem: 'request-too-slow',
  detail: 'The body did not arrive in time. Nothing was written; send it again.',
};

function isStillArriving({ raw }: FastifyRequest): boolean {
  return !raw.complete;
}

/** Nothing is at this path. */
export function createNotFoundHandler(refused: Refused) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const detail = `There is no ${request.method} ${pathOf(request)}. The paths are listed at /docs.`;
    return sendProblem({ problem: 'route-not-found', detail }, request, reply, refused);
  };
}

/** The path is there, with other methods. */
export function createMethodNotAllowedHandler(allowed: string, refused: Refused) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const detail = `${pathOf(request)} has ${allowed}, and not ${request.method}.`;
    reply.header('allow', allowed);
    return sendProblem({ problem: 'method-not-allowed', detail }, request, reply, refused);
  };
}

function sendProblem(
  { problem, detail, facts, retryAfterSeconds }: ErrorResponse,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: Refused,
): FastifyReply {
  refused(problem);
  const { status, title } = PROBLEMS[problem];
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  const body: Problem = {
    type: problemType(problem),
    title,
    status,
    detail,
    instance: pathOf(request),
    requestId: request.id,
    ...facts,
  };
  return reply.code(status).header(REQUEST_ID_HEADER, request.id).type(PROBLEM_MEDIA_TYPE).send(body);
}

/** Without the query: an instance is named, not searched for. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}
