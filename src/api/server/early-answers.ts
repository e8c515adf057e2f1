import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** So much of a refused request is still read, and thrown away. */
export interface ReadOn {
  readonly ms: number;
  readonly bytes: number;
}

/** Enough for a client that sends too much by mistake; short, so that nobody holds a connection by it. */
export const READ_ON: ReadOn = { ms: 5_000, bytes: 16 * 2 ** 20 };

/** Answers that are given before their requests have arrived. */
export interface EarlyAnswers {
  /**
   * A payload that is all there at once, and ends when the request has arrived. A response that ended sooner would close the connection
   * with bytes unread: the client's writes would fail, and many clients then never read their answer. Beyond the bounds the connection is
   * closed all the same.
   */
  payload(reply: FastifyReply, text: string): Readable;
  /** True when the connection ends with an answer that was given already: nothing behind that request may be carried out. */
  isEnding(socket: Socket): boolean;
}

export function createEarlyAnswers({ ms, bytes }: ReadOn): EarlyAnswers {
  const ending = new WeakSet<Socket>();
  return {
    payload(reply, text) {
      const response: ServerResponse = reply.raw;
      const request = response.req;
      if (!response.shouldKeepAlive || reply.getHeader('connection') === 'close') ending.add(request.socket);
      const payload = new Readable({ read() {} });
      payload.push(text);
      let received = 0;
      const end = () => {
        clearTimeout(timer);
        request.off('data', count);
        for (const name of ['end', 'close', 'error'] as const) request.off(name, end);
        payload.push(null);
      };
      const giveUp = () => {
        ending.add(request.socket);
        response.once('finish', () => request.socket.destroySoon());
        end();
      };
      const count = (chunk: Buffer) => {
        received += chunk.length;
        if (received > bytes) giveUp();
      };
      const timer = setTimeout(giveUp, ms);
      for (const name of ['end', 'close', 'error'] as const) request.once(name, end);
      request.on('data', count);
      request.resume();
      return payload;
    },
    isEnding: (socket) => ending.has(socket),
  };
}
