import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

export interface StreamTimes {
  /** So often a comment is sent, so that neither a proxy nor we take the connection for idle. */
  readonly commentMs: number;
  /** A reader that takes nothing for so long is cut off. */
  readonly stuckMs: number;
  /** The same for a reader that has not yet got the end of a stream when the server closes. */
  readonly lastMs: number;
}

/** A quarter of the 60 s after which common proxies close a connection; and well within any grace of a shutdown. */
export const STREAM_TIMES: StreamTimes = { commentMs: 15_000, stuckMs: 30_000, lastMs: 1_000 };

/**
 * Answers with server-sent events until they end or `over` is aborted; then the stream ends in order. Each text is one or more whole
 * events. The next is asked for when the reader has taken the last, so a slow reader costs no memory; a stuck one is cut off. An error
 * of the events cuts the stream without an end, so that its reader comes again. Never rejects. The route's deadline does not apply.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<string>,
  over: AbortSignal,
  times = STREAM_TIMES,
): Promise<void> {
  void reply.headers({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Or nginx keeps the events until it has some kilobytes.
    'x-accel-buffering': 'no',
  });
  const { raw: response } = reply.hijack();
  response.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  if (reply.request.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  const comments = setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(':\n\n');
  }, times.commentMs);
  try {
    await pass(events, response, over, times);
    end(response, over, times);
  } catch (error) {
    reply.log.error({ err: error }, 'a stream of events broke off; its reader has to connect again');
    response.destroy();
  } finally {
    clearInterval(comments);
  }
}

async function pass(
  events: AsyncIterable<string>,
  response: ServerResponse,
  over: AbortSignal,
  { stuckMs }: StreamTimes,
): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    while (!over.aborted) {
      const next = await unlessOver(iterator.next(), over);
      if (next === null || next.done === true || response.destroyed) return;
      if (!response.write(next.value)) await taken(response, over, stuckMs);
    }
  } finally {
    // Not awaited: it waits for what the events wait for.
    iterator.return?.().catch(() => {});
  }
}

/** When the reader has taken what was written. */
async function taken(response: ServerResponse, over: AbortSignal, stuckMs: number): Promise<void> {
  const stuck = setTimeout(() => response.destroy(), stuckMs);
  try {
    await unlessOver(once(response, 'drain'), over);
  } finally {
    clearTimeout(stuck);
  }
}

/** The promise's value, or null as soon as `over` is aborted, also when the promise is rejected because of that. */
export async function unlessOver<T>(promise: Promise<T>, over: AbortSignal): Promise<T | null> {
  let onOver: (() => void) | undefined;
  const isOver = new Promise<null>((resolve) => {
    onOver = () => resolve(null);
    if (over.aborted) onOver();
    else over.addEventListener('abort', onOver);
  });
  try {
    return await Promise.race([promise, isOver]);
  } catch (error) {
    if (over.aborted) return null;
    throw error;
  } finally {
    over.removeEventListener('abort', onOver!);
  }
}

/** A reader that does not take the end is cut off. */
function end(response: ServerResponse, over: AbortSignal, { stuckMs, lastMs }: StreamTimes): void {
  if (response.destroyed) return;
  const cut = () => response.destroy();
  const late = setTimeout(cut, stuckMs);
  let last: NodeJS.Timeout | undefined;
  const hurry = () => (last = setTimeout(cut, lastMs));
  response.once('close', () => {
    clearTimeout(late);
    clearTimeout(last);
    over.removeEventListener('abort', hurry);
  });
  if (over.aborted) hurry();
  else over.addEventListener('abort', hurry);
  response.end();
}
