import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

/** Far more than the buffers between a client and a server hold. */
const LARGE_BYTES = 12 * 2 ** 20;
const PATIENCE_MS = 20_000;
/** The bounds of the second API. */
const SHORT = { ms: 400, bytes: 4 * 2 ** 20 };
/** What the system's buffers may hold beyond what the server has read. */
const BUFFERS_BYTES = 12 * 2 ** 20;

let api: ApiUnderTest;
let strict: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest();
  strict = await startApiUnderTest({}, { readOn: SHORT });
  for (const one of [api, strict]) {
    await one.app.listen({ port: 0, host: '127.0.0.1' });
    await one.call({ method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'pro' } });
  }
});
after(async () => {
  await api?.stop();
  await strict?.stop();
});

const portOf = (one: ApiUnderTest) => (one.app.server.address() as { port: number }).port;
const EXECUTIONS = '/v1/workspaces/acme/executions';
const head = (line: string, ...headers: string[]) =>
  `${line} HTTP/1.1\r\nHost: localhost\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
const JSON_TYPE = 'Content-Type: application/json';
const LENGTH = `Content-Length: ${LARGE_BYTES}`;

async function open(to: ApiUnderTest): Promise<Socket> {
  const socket = connect(portOf(to), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Errors are no surprise to a client that is cut off. */
function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** A client that reads nothing before it has sent all: the most usual kind in blocking code. */
async function sendAllThenRead(to: ApiUnderTest, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = await open(to);
  const late = setTimeout(() => socket.destroy(new Error('late')), PATIENCE_MS);
  try {
    for (const part of parts) {
      await new Promise<void>((resolve, reject) =>
        socket.write(part, (error) => (error ? reject(error) : resolve())),
      );
    }
    let text = '';
    for await (const chunk of socket) {
      text += (chunk as Buffer).toString('latin1');
      if (isWhole(text)) break;
    }
    return text;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? Number.NaN);
  return end > 0 && text.length >= end + 4 + length;
}

function assertProblem(text: string, status: number): void {
  assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
  const problem = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { status: number };
  assert.equal(problem.status, status);
}

const REFUSED: readonly [claim: string, status: number, start: string][] = [
  ['a body beyond the limit', 413, head(`POST ${EXECUTIONS}`, JSON_TYPE, LENGTH)],
  [
    'a body beyond the limit, on a connection that is to be closed',
    413,
    head(`POST ${EXECUTIONS}`, JSON_TYPE, LENGTH, 'Connection: close'),
  ],
  ['a body of another type', 415, head(`POST ${EXECUTIONS}`, 'Content-Type: text/csv', LENGTH)],
  [
    'a path that is not there',
    404,
    head('POST /v1/nothing', 'Content-Type: text/csv', LENGTH, 'Connection: close'),
  ],
  [
    'a method that is not for this path',
    405,
    head(`DELETE ${EXECUTIONS}`, JSON_TYPE, LENGTH, 'Connection: close'),
  ],
  ['a request without a host', 400, `POST ${EXECUTIONS} HTTP/1.1\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n`],
  ['headers beyond the limit', 431, head(`POST ${EXECUTIONS}`, `X: ${'a'.repeat(20_000)}`, LENGTH)],
  ['bytes that are not HTTP', 400, 'BREW\r\n\r\n'],
];
for (const [claim, status, start] of REFUSED) {
  test(`${claim}, and a client that sends 12 MB before it reads: it gets its ${status}`, async () => {
    assertProblem(await sendAllThenRead(api, start, Buffer.alloc(LARGE_BYTES, ' ')), status);
  });
}

test('a chunked body beyond the limit, and a client that sends all before it reads: it gets its 413', async () => {
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(2 ** 20, ' '), Buffer.from('\r\n')]);
  const start = head(`POST ${EXECUTIONS}`, JSON_TYPE, 'Transfer-Encoding: chunked');
  assertProblem(await sendAllThenRead(api, start, ...Array<Buffer>(8).fill(chunk), '0\r\n\r\n'), 413);
});

test('fetch gets each 413 of many', async () => {
  const body = JSON.stringify({ workflowType: 'demo', input: 'a'.repeat(4 * 2 ** 20) });
  for (let i = 0; i < 20; i++) {
    const response = await fetch(`http://127.0.0.1:${portOf(api)}${EXECUTIONS}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.equal(response.status, 413);
    assert.equal(((await response.json()) as { status: number }).status, 413);
  }
});

test('a request sent behind one whose answer ends the connection is not carried out', async () => {
  const rows = async () =>
    (await api.database.pool.query<{ rows: number }>('select count(*)::integer as rows from all_executions'))
      .rows[0]!.rows;
  const before = await rows();
  const body = '{"workflowType":"demo"}';
  const behind = head(`POST ${EXECUTIONS}`, JSON_TYPE, `Content-Length: ${body.length}`) + body;
  const large = 300_000;
  const start = head(`POST ${EXECUTIONS}`, JSON_TYPE, `Content-Length: ${large}`);
  const socket = await open(api);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.write(start + ' '.repeat(large - 10));
  socket.write(' '.repeat(10) + behind);
  await closed(socket);
  assertProblem(text, 413);
  assert.equal(await rows(), before);
});

test('a client that goes on sending slowly is cut off when its time is over, with its answer', async () => {
  const socket = await open(strict);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.write(head(`POST ${EXECUTIONS}`, JSON_TYPE, LENGTH));
  const startedAt = performance.now();
  const trickle = setInterval(() => socket.write(' '), 20);
  await closed(socket);
  clearInterval(trickle);
  assertProblem(text, 413);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs >= SHORT.ms - 50 && tookMs < SHORT.ms + 3_000, `${tookMs} ms`);
});

test('a client that goes on sending without an end is cut off when it has sent too much', async () => {
  for (const start of [head(`POST ${EXECUTIONS}`, JSON_TYPE, 'Content-Length: 9000000000'), 'BREW\r\n\r\n']) {
    const patient = await startApiUnderTest({}, { readOn: { ...SHORT, ms: PATIENCE_MS } });
    try {
      await patient.app.listen({ port: 0, host: '127.0.0.1' });
      const socket = await open(patient);
      socket.resume();
      socket.write(start);
      const chunk = Buffer.alloc(2 ** 16, ' ');
      const pump = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', pump);
      pump();
      await closed(socket);
      assert.ok(socket.bytesWritten < SHORT.bytes + BUFFERS_BYTES, `${socket.bytesWritten} bytes`);
    } finally {
      await patient.stop();
    }
  }
});
