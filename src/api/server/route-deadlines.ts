import type { onRequestHookHandler } from 'fastify';
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
 * Lets a route that waits state a longer deadline of its own, by Fastify's route option `handlerTimeout`. While it waits nothing moves on
 * its connection, which would otherwise be closed after `connectionMs`.
 */
export function allowLongDeadlines(
  app: Api,
  { handlerMs, connectionMs }: Pick<ApiTimes, 'handlerMs' | 'connectionMs'>,
): void {
  app.addHook('onRoute', (route) => {
    const { url, handlerTimeout = 0, onRequest = [] } = route;
    if (handlerTimeout > DEADLINE_MAX_MS) throw new DeadlineTooLongError(url, handlerTimeout);
    if (handlerTimeout <= handlerMs) return;
    // Node goes back to the server's own time with the connection's next request.
    const allow: onRequestHookHandler = ({ raw: { socket } }, _reply, done) => {
      socket.setTimeout(handlerTimeout + connectionMs);
      done();
    };
    route.onRequest = [allow, onRequest].flat();
  });
}
