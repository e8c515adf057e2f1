import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { fuzzRuns } from './runs.ts';

/** Each is a connection of its own, and some milliseconds. */
const GARBAGE_RUNS = 150;
/** So long a client waits for the server to end a connection; the server's own times are shortened to less. */
const PATIENCE_MS = 8_000;
const SLOW_REQUEST_MS = 500;

let api: ApiUnderTest;
/** The same with a shorter time for the handler than for the request, as in production. */
let patient: ApiUnderTest;

before(async () => {
  api = await startApiUnderTest({}, { requestMs: SLOW_REQUEST_MS, connectionsCheckMs: 50 });
  patient = await startApiUnderTest({}, { handlerMs: SLOW_REQUEST_MS });
  for (const one of [api, patient]) {
    await one.app.listen({ port: 0, host: '127.0.0.1' });
    await one.call({ method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'enterprise' } });
  }
});
after(async () => {
  await api.stop();
  await patient.stop();
});

interface Response {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The text `FIN` ends the sending side of the connection. */
type Part = string | Uint8Array;

/** Sends bytes on one connection and reads until the server ends it. */
async function exchange(parts: readonly Part[], to = api): Promise<Response[]> {
  const { port } = to.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A server that answers before it has read all resets the connection.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (const part of parts) {
    if (part === 'FIN') socket.end();
    else if (!socket.destroyed) socket.write(part);
  }
  const late = setTimeout(() => socket.destroy(new Error('late')), PATIENCE_MS);
  await closed;
  clearTimeout(late);
  assert.notEqual(
    socket.errored?.message,
    'late',
    `the server has not ended the connection after ${PATIENCE_MS} ms`,
  );
  return responsesIn(Buffer.concat(chunks).toString('latin1'));
}

function responsesIn(text: string): Response[] {
  const responses: Response[] = [];
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    assert.ok(end > 0 && status > 0, `not a response: ${rest.slice(0, 300)}`);
    if (status === 100) {
      rest = rest.slice(end + 4);
      continue;
    }
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    assert.ok(length >= 0, `no length: ${head}`);
    responses.push({ status, head, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return responses;
}

function assertProblem({ status, head, body }: Response): void {
  assert.match(head, /^content-type: application\/problem\+json/im, `${head}\n${body}`);
  const problem = JSON.parse(body) as { type: string; title: string; status: number };
  assert.ok(status >= 400 && status < 500, `${status} ${body}`);
  assert.deepEqual([problem.status, Boolean(problem.title)], [status, true]);
  assert.match(problem.type, /^urn:sluice:problem:/);
}

async function rowsOf(one = api): Promise<number> {
  const { rows } = await one.database.pool.query<{ rows: number }>(
    'select (select count(*) from all_executions)::integer + (select count(*) from workspaces)::integer as rows',
  );
  return rows[0]!.rows;
}

const HOST = 'Host: localhost\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const BODY = '{"workflowType":"demo"}';
const sized = (text: string) => `Content-Length: ${Buffer.byteLength(text)}\r\n`;
const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\n${HOST}${headers}Connection: close\r\n\r\n`;
const post = (headers: string, rest = '') =>
  `POST /v1/workspaces/acme/executions HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${rest}`;
const enqueue = post(sized(BODY), BODY);
const chunked = (rest: string) => post('Transfer-Encoding: chunked\r\n', rest);

const REFUSED: readonly [claim: string, status: number, ...parts: Part[]][] = [
  ['a path that climbs by dots', 404, get('/v1/workspaces/../../health/live')],
  ['a path that climbs by escaped dots', 400, get('/v1/workspaces/..%2f..%2fhealth')],
  ['an escaped NUL', 400, get('/v1/workspaces/%00')],
  ['an escaped NUL for an execution', 404, get('/v1/workspaces/acme/executions/%00')],
  ['an overlong slash', 400, get('/v1/workspaces/%c0%af')],
  ['half a surrogate pair', 400, get('/v1/workspaces/%ed%a0%80')],
  ['half an escape', 400, get('/v1/workspaces/%')],
  ['an escape of no digits', 400, get('/v1/workspaces/%zz')],
  ['an escape that is escaped', 400, get('/v1/workspaces/%2561cme')],
  ['a letter with an accent, unescaped', 400, Buffer.from(get('/v1/workspaces/acmé'), 'latin1')],
  ['no id', 400, get('/v1/workspaces/')],
  ['two slashes', 404, get('//v1/workspaces')],
  ['a path parameter', 400, get('/v1/workspaces/acme;v=1')],
  ['an id of 10,000 characters', 400, get(`/v1/workspaces/${'a'.repeat(10_000)}`)],
  ['the prototype for an id that is not there', 404, get('/v1/workspaces/__proto__')],
  ['a file outside of the docs', 404, get('/docs/static/%2e%2e%2f%2e%2e%2fpackage.json')],
  ['NUL in the docs', 400, get('/docs/static/%00')],
  ['a method for proxies', 405, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  ['a method that is none', 400, `BREW /v1 HTTP/1.1\r\n${HOST}\r\n`],
  [
    'a method that is not for this path',
    405,
    `PROPFIND /v1/workspaces HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  ],
  ['a version that is none', 400, `GET / HTTP/3.7\r\n${HOST}\r\n`],
  ['HTTP/2 by prior knowledge', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', 400, Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03)],
  [
    'the name of another host',
    421,
    'GET /health/live HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
  ],
  [
    'an absolute target of another host',
    421,
    `GET http://evil.test/health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  ],
  [
    'an absolute target of ours for another host',
    421,
    'GET http://localhost/health/live HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
  ],
  ['a user before its host', 400, 'GET / HTTP/1.1\r\nHost: localhost@evil.test\r\nConnection: close\r\n\r\n'],
  ['an empty host', 400, 'GET /health/live HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
  ['no host', 400, 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an expectation that nobody knows', 417, post(`Expect: cake\r\n${sized(BODY)}`)],
  ['a header of 20,000 characters', 431, get('/health/live', `X: ${'a'.repeat(20_000)}\r\n`)],
  ['20,000 headers', 431, get('/health/live', 'a: b\r\n'.repeat(20_000))],
  ['a query of 20,000 characters', 431, get(`/v1/workspaces?cursor=${'a'.repeat(20_000)}`)],
  ['NUL in a header', 400, get('/health/live', 'X: a\0b\r\n')],
  ['a header that goes on in the next line', 400, get('/health/live', 'A: b\r\n c\r\n')],
  ['a space before a colon', 400, get('/health/live', 'A : b\r\n')],
  ['lines that end with LF alone', 400, 'GET /health/live HTTP/1.1\nHost: x\n\n'],
  ['two lengths', 400, post('Content-Length: 23\r\nContent-Length: 24\r\n', BODY)],
  ['a length and chunks', 400, post(`${sized(BODY)}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n')],
  ['a negative length', 400, post('Content-Length: -5\r\n')],
  ['a length beyond all numbers', 400, post(`Content-Length: ${'9'.repeat(30)}\r\n`)],
  ['a length of a terabyte', 413, post('Content-Length: 1000000000000\r\n', '{')],
  ['a transfer encoding that nobody knows', 400, post('Transfer-Encoding: bogus\r\n', BODY)],
  ['a chunk size that is none', 400, chunked(`zz\r\n${BODY}\r\n0\r\n\r\n`)],
  ['a chunk longer than it says', 400, chunked(`5\r\n${BODY}\r\n0\r\n\r\n`)],
  ['a chunk shorter than it says', 400, chunked(`ff\r\n${BODY}\r\n0\r\n\r\n`), 'FIN'],
  [
    'a chunk extension of 20,000 characters',
    400,
    chunked(`17;${'a'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`),
  ],
  ['chunks without an end', 400, chunked(`17\r\n${BODY}\r\n`), 'FIN'],
  ['half a body and the end of the connection', 400, post('Content-Length: 100\r\n', BODY), 'FIN'],
  ['half a head and the end of the connection', 400, `GET /health/live HTTP/1.1\r\n${HOST}`, 'FIN'],
];
for (const [claim, status, ...parts] of REFUSED) {
  test(`a request with ${claim} is answered with a problem ${status}, and nothing is written`, async () => {
    const earlier = await rowsOf();
    const responses = await exchange(parts);
    assert.deepEqual(
      responses.map((response) => response.status),
      [status],
    );
    assertProblem(responses[0]!);
    assert.equal(await rowsOf(), earlier);
  });
}

test('a head that never ends is answered with 408 and cut off', async () => {
  const [response] = await exchange([`GET /health/live HTTP/1.1\r\n${HOST}A: `]);
  assert.equal(response!.status, 408);
  assertProblem(response!);
});

for (const [claim, of] of [
  ['the request', () => api],
  ['its handling', () => patient],
] as const) {
  test(`a body that never ends is answered with 408 and cut off when the time for ${claim} is over, and nothing is written`, async () => {
    const earlier = await rowsOf(of());
    const responses = await exchange([post('Content-Length: 100\r\n', BODY)], of());
    assert.deepEqual(
      responses.map(({ status }) => status),
      [408],
    );
    assertProblem(responses[0]!);
    assert.equal(await rowsOf(of()), earlier);
  });
}

test('a client that sends a byte now and then gets no more time than others', async () => {
  const { port } = api.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(post('Content-Length: 100000\r\n'));
  const drip = setInterval(() => socket.write(' '), 20);
  try {
    await eventually(() => assert.ok(socket.destroyed), PATIENCE_MS);
  } finally {
    clearInterval(drip);
    socket.destroy();
  }
  assertProblem(responsesIn(text)[0]!);
});

test('what was accepted is answered with 202 before the garbage that follows it is refused', async () => {
  const earlier = await rowsOf();
  const responses = await exchange([
    enqueue.repeat(3) + '\x16\x03\x01 garbage\r\n\r\n',
    'and more garbage\r\n\r\n',
  ]);
  assert.deepEqual(
    responses.map(({ status }) => status),
    [202, 202, 202, 400],
  );
  assertProblem(responses[3]!);
  assert.equal(await rowsOf(), earlier + 3);
});

test('half a request after one that was accepted is refused alone', async () => {
  const earlier = await rowsOf();
  const responses = await exchange([enqueue + post('Content-Length: 100\r\n', BODY), 'FIN']);
  assert.deepEqual(
    responses.map(({ status }) => status),
    [202, 400],
  );
  assert.equal(await rowsOf(), earlier + 1);
});

test('a header is read however many come before it', async () => {
  const key = `Idempotency-Key: after-many\r\n${sized(BODY)}Connection: close\r\n`;
  const once = await exchange([post('a:\r\n'.repeat(3_500) + key, BODY)]);
  const again = await exchange([post(key, BODY)]);
  assert.deepEqual([once[0]!.status, again[0]!.status], [202, 200]);
});

test('whatever is sent is answered with problems, but for requests that are sound, and the process lives', async () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      enqueue,
      enqueue,
      get('/v1/workspaces/acme').replace('close', 'keep-alive'),
      chunked(`17\r\n${BODY}\r\n0\r\n\r\n`),
    ),
    fc.constantFrom(
      'POST /v1/workspaces/acme/executions HTTP/1.1\r\n',
      'PUT /v1/workspaces/x HTTP/1.1\r\n',
      HOST,
      JSON_TYPE,
    ),
    fc.constantFrom(
      '\r\n',
      '\r\n\r\n',
      '\n',
      BODY,
      '{"tier":"pro"}',
      'Content-Length: 14\r\n',
      'Content-Length: 23\r\n',
    ),
    fc.constantFrom(
      'Transfer-Encoding: chunked\r\n',
      '17\r\n',
      '0\r\n\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: h2c\r\nConnection: Upgrade\r\n',
    ),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 8 }), async (parts) => {
      const earlier = await rowsOf();
      // The last request ends the connection, unless it is taken for a part of what came before it; then time ends it.
      const responses = await exchange([Buffer.from(parts.join(''), 'latin1'), get('/health/live')]);
      for (const response of responses.filter(({ status }) => status >= 300)) assertProblem(response);
      const written = responses.filter(({ status }) => status === 201 || status === 202);
      assert.equal(await rowsOf(), earlier + written.length);
    }),
    fuzzRuns(GARBAGE_RUNS),
  );
  assert.deepEqual(
    (await exchange([get('/health/live')])).map(({ status }) => status),
    [200],
  );
});
