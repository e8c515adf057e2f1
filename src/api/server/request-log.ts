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
      url: withoutSecrets(request),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    if (error) request.log.error({ ...facts, err: error }, 'the request failed');
    else request.log.info(facts, 'answered');
  }
}

/** Keys, read tokens and sessions, wherever a caller has put them. */
const SECRETS = /sl[crs]_[\w-]+/g;

/** Whoever reads a log is not to read with somebody's token. Its name may be written in more ways than one. */
function withoutSecrets({ url, query }: FastifyRequest): string {
  const { token } = query as { token?: unknown };
  const shown = token === undefined ? url : `${url.split('?', 1)[0]}?token=[redacted]`;
  return shown.replaceAll(SECRETS, '[redacted]');
}
