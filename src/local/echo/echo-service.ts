import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EchoCounts } from './echo-counts.ts';

export interface EchoService {
  readonly url: string;
  stop(): Promise<void>;
}

/** The longest that a call may ask to wait for its answer. */
const DELAY_MAX_MS = 60_000;

/** More of a body is read and not echoed. */
const BODY_MAX_BYTES = 64 * 1024;

/**
 * An HTTP service on 127.0.0.1 that answers with what it was asked: something to call for the first example, and an independent witness of
 * the limit for the demo. `?delayMs=1000` asks for a late answer, up to a minute. Calls of the form `/{group}/{name}` are counted:
 * `GET /counts/{group}` tells how many are open and how many were at most, `DELETE /counts/{group}/most` resets that maximum.
 *
 * @throws what Node throws when the port is taken.
 */
export async function startEchoService(options: { port: number }): Promise<EchoService> {
  const counts = new EchoCounts();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://echo');
    const [first, group = '', rest] = url.pathname.split('/').slice(1).map(decoded);
    if (first === 'counts') return answerCounts(counts, request, response, group, rest);
    counts.of(first ?? '').take(response, group);
    const delayMs = Math.min(Number(url.searchParams.get('delayMs')) || 0, DELAY_MAX_MS);
    void echo(request, response, url, delayMs).catch(() => response.destroy());
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => closeServer(server),
  };
}

async function echo(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  delayMs: number,
): Promise<void> {
  const body = await bodyOf(request);
  const answer = { method: request.method, path: url.pathname, headers: request.headers, body };
  const timer = setTimeout(() => sendJson(response, 200, answer), delayMs);
  response.once('close', () => clearTimeout(timer));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (bytes < BODY_MAX_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, BODY_MAX_BYTES).toString();
}

function answerCounts(
  counts: EchoCounts,
  request: IncomingMessage,
  response: ServerResponse,
  group: string,
  rest: string | undefined,
): void {
  request.resume();
  if (request.method === 'DELETE' && rest === 'most') counts.of(group).resetMost();
  sendJson(response, 200, counts.of(group).view(counts.since));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
