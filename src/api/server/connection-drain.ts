import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionDrain {
  /** From now on no connection stays open but for the answer to a request that it carries. */
  begin(): void;
}

/**
 * Node closes the connections that are idle when a server closes, and no other: neither those that become idle later, nor those that
 * were opened and never used, as browsers do in advance. It would wait for both until the grace is over.
 */
export function prepareConnectionDrain(server: Server): ConnectionDrain {
  const unused = new Set<Socket>();
  let draining = false;
  server.on('connection', (socket: Socket) => {
    if (draining) {
      socket.destroy();
      return;
    }
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    unused.delete(socket);
    response.once('close', () => {
      if (draining) server.closeIdleConnections();
    });
  });
  return {
    begin() {
      draining = true;
      for (const socket of unused) socket.destroy();
    },
  };
}
