import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { errorResponse, type ErrorResponse } from './error-responses.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, type ProblemName, problemType } from './problem.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

type Refused = (problem: ProblemName) => void;

/** Answers an error with its problem document, and logs what is ours to repair. */
export function createProblemHandler(refused: Refused) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const response = errorResponse(error);
    const { status } = PROBLEMS[response.problem];
    if (status === 500) request.log.error({ err: error }, 'an unexpected error');
    else if (status > 500) request.log.warn({ err: error }, response.detail);
    else request.log.debug({ err: error }, response.detail);
    return sendProblem(response, request, reply, refused);
  };
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

/** Answers what is not even an HTTP request, for which there is no request to speak of. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem: ProblemName = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'invalid-request';
  const { title, status } = PROBLEMS[problem];
  const detail = 'This is not an HTTP request that can be read.';
  const body = JSON.stringify({ type: problemType(problem), title, status, detail });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}
