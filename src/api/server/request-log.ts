import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';

/** One line a request, when it is answered, with the id that the caller knows it by. */
export class RequestLog extends Fastify.LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const facts = {
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    if (error) request.log.error({ ...facts, err: error }, 'the request failed');
    else request.log.info(facts, 'answered');
  }
}
