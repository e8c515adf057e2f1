import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import type { Api, ApiTimes, RouteDeps } from '../../src/api/server/api.ts';
import { closeWithin } from '../../src/api/server/connection-drain.ts';
import { sendEvents, STREAM_TIMES, type StreamTimes } from '../../src/api/server/event-stream.ts';
import { createLog } from '../../src/process/log.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

/** Every time of the server is far below that of the wait. */
const SHORT: Partial<ApiTimes> = {
  handlerMs: 250,
  requestMs: 250,
  connectionMs: 300,
  connectionsCheckMs: 50,
};
const WAIT_MS = 1_000;
const DEADLINE_MS = 3_000;
/** What the planted routes of a stop may take, far below its grace. */
const STOP_MAX_MS = 4_000;
const GRACE_MS = 20_000;
/** More than the buffers between a server and a client hold. */
const LARGE_BYTES = 32 * 2 ** 20;
const CHUNK_BYTES = 64 * 2 ** 10;

const log = createLog({ level: 'silent', process: 'test' });

const OPEN = { right: 'none' } as const;

/** What the planted routes did. */
interface Seen {
  waiting: number;
  chunks: number;
  streaming: number;
}

/**
 * `/wait` answers after `?ms` or when the wait is over, and says which; `/late` has no deadline of its own. `/events` has an event every
 * 20 ms, `/quiet` only one, `/flood` as many as are taken, `/broken` an error. `/large` is one large answer.
 */
function planted(seen: Seen, times: Partial<StreamTimes> = {}) {
  return (app: Api, { waits }: RouteDeps): void => {
    const stream = (url: string, events: (over: AbortSignal) => AsyncGenerator<string>) =>
      app.get(url, { config: OPEN }, async (_request, reply) => {
        const over = waits.over(reply);
        const seenEvents = async function* () {
          seen.streaming++;
          try {
            yield* events(over);
          } finally {
            seen.streaming--;
          }
        };
        return sendEvents(reply, seenEvents(), over, { ...STREAM_TIMES, ...times });
      });
    const options = { config: OPEN, handlerTimeout: DEADLINE_MS };
    const wait = async (ms: number, over: AbortSignal) => {
      seen.waiting++;
      try {
        return await pause(ms, 'waited', { signal: over });
      } catch {
        return 'over';
      } finally {
        seen.waiting--;
      }
    };
    for (const method of ['GET', 'POST'] as const)
      app.route({
        method,
        url: '/wait/:ms',
        ...options,
        handler: async (req, reply) => ({
          ended: await wait(Number((req.params as { ms: string }).ms), waits.over(reply)),
        }),
      });
    app.get('/late', { config: OPEN }, async (_request, reply) => ({
      ended: await wait(WAIT_MS, waits.over(reply)),
    }));
    app.get('/large', { config: OPEN }, async () => 'x'.repeat(LARGE_BYTES));
    stream('/events', async function* (over) {
      for (let i = 0; ; i++) {
        yield `id: ${i}\n\n`;
        await pause(20, undefined, { signal: over });
      }
    });
    stream('/quiet', async function* () {
      yield 'id: 0\n\n';
      await new Promise(() => {});
    });
    stream('/flood', async function* () {
      for (;;) {
        seen.chunks++;
        yield `data: ${'x'.repeat(CHUNK_BYTES)}\n\n`;
      }
    });
    stream('/broken', async function* () {
      yield 'id: 0\n\n';
      throw new Error('broken');
    });
    stream('/short', async function* () {
      yield 'id: 0\n\n';
    });
  };
}

async function start(
  t: TestContext,
  { times, streamTimes }: { times?: Partial<ApiTimes>; streamTimes?: Partial<StreamTimes> } = {},
): Promise<ApiUnderTest & { readonly seen: Seen; readonly port: number }> {
  const seen: Seen = { waiting: 0, chunks: 0, streaming: 0 };
  const api = await startApiUnderTest({}, times, [planted(seen, streamTimes)]);
  t.after(() => api.stop());
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...api, seen, port: (api.app.server.address() as { port: number }).port };
}

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly agent?: Agent;
  readonly body?: string;
}

async function ask(port: number, { path, method = 'GET', agent, body }: Asked): Promise<IncomingMessage> {
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }) };
  const asked = request({ port, path, method, headers, ...(agent && { agent }) }).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

const answerOf = async (port: number, asked: Asked) => {
  const response = await ask(port, asked);
  return [response.statusCode, JSON.parse(await textOf(response)).ended];
};

/** A client that reads nothing. */
async function stuck(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, 'connect');
  return socket;
}

/** Until the reader's buffers are full, and the count of chunks stands still. */
async function standstill(seen: Seen): Promise<number> {
  let last = -1;
  return eventually(async () => {
    await pause(100);
    const before = last;
    last = seen.chunks;
    assert.ok(last > 0 && last === before, `${before}, ${last}`);
    return last;
  });
}

test('a route that states its own deadline waits beyond all times of the server, with a body or without', async (t) => {
  const { port } = await start(t, { times: SHORT });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const path = `/wait/${WAIT_MS}`;
  assert.deepEqual(await answerOf(port, { path, agent }), [200, 'waited']);
  assert.deepEqual(await answerOf(port, { path, agent, method: 'POST', body: '{}' }), [200, 'waited']);
  const late = await ask(port, { path: '/late', agent });
  assert.deepEqual(
    [late.statusCode, JSON.parse(await textOf(late)).type],
    [503, 'urn:sluice:problem:request-timed-out'],
  );
});

test('a deadline of a route ends its wait with a 503', async (t) => {
  const { port, seen } = await start(t, { times: SHORT });
  const late = await ask(port, { path: `/wait/${2 * DEADLINE_MS}` });
  assert.equal(late.statusCode, 503);
  late.resume();
  await eventuallyEqual(() => seen.waiting, 0);
});

test('a route may not state a deadline beyond 90 s', async (t) => {
  const state = (handlerTimeout: number) => (app: Api) =>
    void app.get(`/${handlerTimeout}`, { config: OPEN, handlerTimeout }, async () => null);
  let refused: unknown = null;
  const api = await startApiUnderTest({}, {}, [
    state(90_000),
    (app) => {
      try {
        state(90_001)(app);
      } catch (error) {
        refused = error;
      }
    },
  ]);
  t.after(() => api.stop());
  assert.match(String(refused), /\/90001 .* at most 90000 ms/);
});

test('a wait is over when its client is gone', async (t) => {
  const { port, seen } = await start(t);
  const gone = await stuck(port, `/wait/${DEADLINE_MS}`);
  await eventuallyEqual(() => seen.waiting, 1);
  gone.destroy();
  await eventuallyEqual(() => seen.waiting, 0, DEADLINE_MS / 2);
});

test('a stop answers waits, ends streams in order, and is held by no idle connection and no reader that is stuck', async (t) => {
  const { app, port, seen } = await start(t);
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  (await ask(port, { path: '/health/live', agent })).resume();
  const unused = connect(port, '127.0.0.1');
  await once(unused, 'connect');
  const waiting = answerOf(port, { path: `/wait/${DEADLINE_MS}` });
  const events = await ask(port, { path: '/events' });
  const quiet = await ask(port, { path: '/quiet' });
  const ends = [events, quiet].map(textOf);
  const reader = await stuck(port, '/flood');
  t.after(() => reader.destroy());
  await standstill(seen);
  await eventuallyEqual(() => seen.waiting, 1);
  const startedAt = performance.now();
  assert.equal(await closeWithin(app, GRACE_MS, log), true);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < STOP_MAX_MS, `${tookMs} ms`);
  assert.deepEqual(await waiting, [200, 'over']);
  for (const text of await Promise.all(ends)) assert.match(text, /^id: 0\n\n/);
  assert.deepEqual([events.complete, quiet.complete], [true, true]);
});

test('a stop does not cut a large answer that its client is still reading', async (t) => {
  const { app, port, seen } = await start(t);
  const large = await ask(port, { path: '/large' });
  const waiting = answerOf(port, { path: `/wait/${DEADLINE_MS}` });
  await eventuallyEqual(() => seen.waiting, 1);
  const closed = closeWithin(app, GRACE_MS, log);
  assert.deepEqual(await waiting, [200, 'over']);
  await pause(100);
  assert.equal((await textOf(large)).length, LARGE_BYTES);
  assert.equal(await closed, true);
});

test('a wait that begins while the server closes is over at once', async (t) => {
  const { app, port, seen } = await start(t);
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const line = `GET /wait/${DEADLINE_MS} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(line);
  await eventuallyEqual(() => seen.waiting, 1);
  // Not by `once`: the connection may be reset, because the second request comes when the server reads no more.
  socket.on('error', () => {});
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const closed = closeWithin(app, GRACE_MS, log);
  socket.write(line);
  await closed;
  await ended;
  assert.match(text, /"ended":"over"/);
});

test('a stream lives beyond all times of the server by its comments, and a reader gets each event', async (t) => {
  const { port } = await start(t, { times: SHORT, streamTimes: { commentMs: 50 } });
  const quiet = await ask(port, { path: '/quiet' });
  assert.equal(quiet.headers['content-type'], 'text/event-stream');
  assert.equal(quiet.headers['cache-control'], 'no-store');
  assert.ok(quiet.headers['x-request-id']);
  assert.ok(quiet.headers['x-content-type-options']);
  let text = '';
  quiet.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await pause(WAIT_MS);
  assert.equal(quiet.closed, false);
  assert.match(text, /^id: 0\n\n(:\n\n){5,}$/);
  quiet.destroy();
  assert.equal(await textOf(await ask(port, { path: '/short' })), 'id: 0\n\n');
});

test('a reader that takes nothing gets no more into memory than its connection holds, and is cut off', async (t) => {
  const { port, seen } = await start(t, { streamTimes: { stuckMs: 1_500 } });
  const reader = await stuck(port, '/flood');
  t.after(() => reader.destroy());
  await eventuallyEqual(() => seen.streaming, 1);
  const chunks = await standstill(seen);
  assert.ok(chunks * CHUNK_BYTES < LARGE_BYTES, `${chunks} chunks`);
  await eventuallyEqual(() => seen.streaming, 0, 10_000);
  assert.equal(seen.chunks, chunks);
});

test('a stream whose events fail is cut without an end, and one whose reader leaves asks for no more', async (t) => {
  const { port, seen } = await start(t);
  const broken = await ask(port, { path: '/broken' });
  await assert.rejects(textOf(broken), { code: 'ECONNRESET' });
  const left = await ask(port, { path: '/events' });
  await eventuallyEqual(() => seen.streaming, 1);
  left.destroy();
  await eventuallyEqual(() => seen.streaming, 0);
});

test('a HEAD of a stream is answered without events', async (t) => {
  const { port, seen } = await start(t);
  const head = await ask(port, { path: '/events', method: 'HEAD' });
  assert.deepEqual([head.statusCode, head.headers['content-type']], [200, 'text/event-stream']);
  assert.equal(await textOf(head), '');
  assert.equal(seen.streaming, 0);
});
