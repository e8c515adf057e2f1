import { errorCodes, type FastifyReply, type onRequestHookHandler } from 'fastify';
import type { Api, ApiTimes } from './api.ts';

/** The longest `handlerTimeout` that a route may state: for a wait of 60 s, the longest that common proxies bear, and what comes before and after. */
const DEADLINE_MAX_MS = 90_000;

/** Thrown when a route's `handlerTimeout` is beyond DEADLINE_MAX_MS. */
class DeadlineTooLongError extends Error {
  override readonly name = 'DeadlineTooLongError';

  constructor(url: string, deadlineMs: number) {
    super(
      `${url} has a handlerTimeout of ${deadlineMs} ms; at most ${DEADLINE_MAX_MS} ms are allowed. Stream what takes longer.`,
    );
  }
}

/**
 * Lets a route whose requests may wait state a longer deadline of its own, by Fastify's route option `handlerTimeout`. The ordinary one holds until
 * the request begins to wait, which what is returned has to be told: see Waits. While it waits nothing moves on its connection, which would otherwise be closed
 * after `connectionMs`.
 */
export function allowLongDeadlines(
  app: Api,
  { handlerMs, connectionMs }: Pick<ApiTimes, 'handlerMs' | 'connectionMs'>,
): (reply: FastifyReply) => void {
  const ordinary = new WeakMap<FastifyReply, NodeJS.Timeout>();
  app.addHook('onRoute', (route) => {
    const { url, handlerTimeout = 0, onRequest = [] } = route;
    if (handlerTimeout > DEADLINE_MAX_MS) throw new DeadlineTooLongError(url, handlerTimeout);
    if (handlerTimeout <= handlerMs) return;
    const begin: onRequestHookHandler = (_request, reply, done) => {
      const timer = setTimeout(() => {
        if (!reply.sent) reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(handlerMs, url));
      }, handlerMs);
      ordinary.set(reply, timer);
      reply.raw.once('close', () => clearTimeout(timer));
      done();
    };
    route.onRequest = [begin, onRequest].flat();
  });
  return (reply) => {
    const timer = ordinary.get(reply);
    if (timer === undefined) return;
    clearTimeout(timer);
    const { socket } = reply.request.raw;
    // Node goes back to the server's own time with the connection's next request.
    socket.setTimeout(reply.request.routeOptions.handlerTimeout + connectionMs);
  };
}
