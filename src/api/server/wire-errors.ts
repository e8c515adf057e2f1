import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ReadOn } from './early-answers.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemName, problemType } from '../problems/problem.ts';

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
const TOO_SLOW_LINGER_MS = 500;

export interface WireErrors {
  /** For Fastify's `clientErrorHandler`: what could not be read as a request, or came too slowly. */
  answer(error: Error & { code?: string }, socket: Socket): void;
  /** Takes over the few requests that Node itself would answer, or drop, without a problem document. */
  attach(server: Server): void;
}

/**
 * Answers what does not become a request. Bytes that cannot be read may follow requests that were read and are being carried out:
 * their answers come first, or a client would be told that what was stored had been refused.
 */
export function createWireErrors(readOn: ReadOn): WireErrors {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  /** How much had been read of each when it was answered. */
  const answered = new WeakMap<Socket, number>();

  const note = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const responses = open.get(socket) ?? new Set();
    open.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  };

  /** A request that has its answer, and still arrives. It is not answered twice. */
  const hasEarlyAnswer = (socket: Socket) =>
    [...(open.get(socket) ?? [])].some((response) => response.headersSent && !response.req.complete);

  const endWith = (socket: Socket, code: string | undefined) => {
    socket.end(message(...refusal(code)));
    // Not at once: a connection with unread bytes is reset, and the client might not get to see its answer. What came too slowly may
    // still become a request: it gets no more time for that than it takes to read an answer.
    const lingerMs = code === TOO_SLOW ? TOO_SLOW_LINGER_MS : readOn.ms;
    const lingering = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(lingering));
  };

  return {
    answer(error, socket) {
      // What follows is no more readable, and is not answered again.
      const readBefore = answered.get(socket);
      if (readBefore !== undefined) {
        if (error.code === 'ECONNRESET' || socket.bytesRead - readBefore > readOn.bytes) socket.destroy();
        return;
      }
      if (error.code === 'ECONNRESET' || !socket.writable || hasEarlyAnswer(socket)) {
        socket.destroy();
        return;
      }
      answered.set(socket, socket.bytesRead);
      const inHand = [...(open.get(socket) ?? [])].filter((response) => response.req.complete);
      void Promise.all(inHand.map(ended)).then(() => endWith(socket, error.code));
    },
    attach(server) {
      // All that fit into the longest headers; Node would leave out those beyond 2,000 without a word.
      server.maxHeadersCount = 0;
      server.prependListener('request', note);
      server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
        note(request, response);
        refuseExpectation(response);
      });
      server.on('connect', (_request: IncomingMessage, socket: Socket) => refuseConnect(socket));
    },
  };
}

function refuseExpectation(response: ServerResponse): void {
  const { status, body } = problem('expectation-unknown', 'Leave the header Expect out.');
  response.writeHead(status, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}

function refuseConnect(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end(message('method-not-allowed', 'This is no proxy.'));
}

function ended(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}

function refusal(code: string | undefined): [ProblemName, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers-too-large', 'Send shorter headers, or a shorter URL.'];
    case TOO_SLOW:
      return ['request-too-slow', 'The request did not arrive in time. Nothing was written; send it again.'];
    default:
      return ['invalid-request', 'This is not an HTTP request that can be read.'];
  }
}

function problem(name: ProblemName, detail: string): { status: number; body: string } {
  const { title, status } = PROBLEMS[name];
  return { status, body: JSON.stringify({ type: problemType(name), title, status, detail }) };
}

/** Written by hand: there is no response object to write it. */
function message(name: ProblemName, detail: string): string {
  const { status, body } = problem(name, detail);
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
