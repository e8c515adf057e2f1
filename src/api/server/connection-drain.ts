import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { within } from '../../async/within.ts';
import type { Log } from '../../process/log.ts';
import type { Api } from './api.ts';

/**
 * Takes no new connections and waits for requests under way; after the grace it closes their connections. True when all of them
 * ended by themselves.
 */
export async function closeWithin(app: Api, graceMs: number, log: Log): Promise<boolean> {
  const closed = app.close();
  try {
    await within(closed, graceMs, () => new GraceOverError());
    return true;
  } catch (error) {
    if (!(error instanceof GraceOverError)) throw error;
    log.warn('requests were still under way after SHUTDOWN_GRACE_SECONDS; their connections are closed');
    app.server.closeAllConnections();
    await closed;
    return false;
  }
}

/**
 * From the beginning of its closing on, no connection of a server stays open but for the answer to a request that it carries. Node closes
 * the connections that are idle at that moment. It closes neither connections that become idle later, nor connections that were opened and
 * never used, as browsers do in advance; and it takes a connection for idle whose answer is written and still on its way to a slow reader.
 */
export function drainAtClose(app: Api): void {
  const { server } = app;
  const answers = new Map<Socket, number>();
  let draining = false;
  server.closeIdleConnections = () => {
    for (const [socket, count] of answers) if (count === 0) socket.destroy();
  };
  server.on('connection', (socket: Socket) => {
    if (draining) {
      socket.destroy();
      return;
    }
    answers.set(socket, 0);
    socket.once('close', () => answers.delete(socket));
  });
  const add = (socket: Socket, change: number) => {
    const count = (answers.get(socket) ?? 0) + change;
    if (draining && count === 0) socket.destroy();
    else if (!socket.destroyed) answers.set(socket, count);
  };
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    add(socket, 1);
    response.once('close', () => add(socket, -1));
  });
  app.addHook('preClose', async () => {
    draining = true;
    server.closeIdleConnections();
  });
}

/** Thrown, and caught here, when requests have not ended in the time that they were given. */
class GraceOverError extends Error {
  override readonly name = 'GraceOverError';
}
