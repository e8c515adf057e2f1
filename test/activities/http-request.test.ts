import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  WorkflowFailedError,
} from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { createExternalApiActivities } from '../../src/activities/external-api/external-api-activities.ts';
import { type Reachable, reachableBy } from '../../src/activities/external-api/reachable.ts';
import type { HttpAnswer, HttpRequest } from '../../src/workflows/http-request/contract.ts';
import { workspaceQueue } from '../../src/domain/names.ts';
import { createExternalApiWorker } from '../../src/worker/roles/external-api-worker.ts';
import { stockWorkerFactory } from '../../src/worker/sdk/shared-workflow-creator.ts';
import { loadUserWorkflows } from '../../src/worker/code/user-workflows.ts';
import { createPollDrain } from '../../src/worker/sdk/poll-drain.ts';
import { createWorkspaceWorker } from '../../src/worker/roles/workspace-worker.ts';
import { eventually } from '../support/eventually.ts';
import { type Connected, connect, workerConfig } from '../worker/connected.ts';

const MAX_RESPONSE_BYTES = 1_000;

let at: Connected;
let server: Server;
let origin: string;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
let received: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
/** What calls may reach: as in production, but that the test's own servers count as public. */
let reachable: Reachable;
const stops: (() => Promise<unknown>)[] = [];

before(async () => {
  at = await connect(import.meta.url);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      respond(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const config = workerConfig({
    WORKFLOWS_PATH: '',
    EXTERNAL_API_MAX_RESPONSE_BYTES: String(MAX_RESPONSE_BYTES),
  });
  const externalApi = createExternalApiActivities(config, (...to) => reachable(...to));
  const common = { connection: at.connection, namespace: at.namespace, config };
  const workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, at.log);
  const workers = [
    await createExternalApiWorker({
      ...common,
      activities: externalApi.activities as never,
      ownerOf: ({ workflowId }) => Promise.resolve(workflowId),
      polls: createPollDrain(),
    }),
    await createWorkspaceWorker('http', {
      ...common,
      factory: stockWorkerFactory(),
      workflows,
      activities: {},
      polls: createPollDrain(),
    }),
  ];
  const runs = workers.map((worker: Worker) => worker.run());
  stops.push(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await externalApi.close();
  });
});
beforeEach(() => {
  received = [];
  reachable = (address) => (address === '127.0.0.1' ? null : 'not-public');
  respond = (_, response) => response.end('ok');
});
after(async () => {
  for (const stop of stops) await stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await at.close();
});

const startCall = (request: unknown) =>
  at.client.workflow.start('httpRequest', {
    workflowId: randomUUID(),
    taskQueue: workspaceQueue('http'),
    args: [request],
  });

async function call(request: HttpRequest): Promise<HttpAnswer> {
  return (await (await startCall(request)).result()) as HttpAnswer;
}

/** Another server, hence another origin, until the file's end. */
async function otherOrigin(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  onConnection: () => void = () => {},
): Promise<string> {
  const other = createServer(answer).on('connection', onConnection);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
}

/** The failure that the user sees, under the wrapping of workflow and activity. */
async function failureOf(request: unknown): Promise<ApplicationFailure> {
  const error: unknown = await (await startCall(request)).result().then(
    () => assert.fail('it succeeded'),
    (e: unknown) => e,
  );
  assert.ok(error instanceof WorkflowFailedError);
  const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
  assert.ok(cause instanceof ApplicationFailure, String(cause));
  return cause;
}

test('a call is made as it was asked for and its answer comes back', async () => {
  respond = (_, response) =>
    response.writeHead(201, { 'x-one': 'two', 'set-cookie': ['a=1', 'b=2'] }).end('made');
  const answer = await call({
    method: 'post',
    url: `${origin}/things?x=1`,
    headers: { Authorization: 'Bearer t' },
    body: { n: 1 },
  });
  assert.deepEqual(
    [answer.status, answer.body, answer.headers['x-one'], answer.headers['set-cookie']],
    [201, 'made', 'two', 'a=1, b=2'],
  );
  assert.equal('truncated' in answer, false);
  const [{ method, url, headers, body } = received[0]!] = received;
  assert.deepEqual([method, url, body], ['POST', '/things?x=1', '{"n":1}']);
  assert.deepEqual([headers.authorization, headers['content-type']], ['Bearer t', 'application/json']);
});

test('a text body is sent as it is', async () => {
  await call({ method: 'PUT', url: origin, headers: { 'content-type': 'text/plain' }, body: 'ÿ plain' });
  assert.deepEqual([received[0]!.body, received[0]!.headers['content-type']], ['ÿ plain', 'text/plain']);
});

test('a server error is tried again until it is well', async () => {
  respond = (_, response) => response.writeHead(received.length < 2 ? 503 : 200).end('now');
  assert.equal((await call({ url: origin })).body, 'now');
  assert.equal(received.length, 2);
});

test('429 is tried again after the time that the server asks for', async () => {
  const times: number[] = [];
  respond = (_, response) => {
    times.push(Date.now());
    response.writeHead(times.length < 2 ? 429 : 200, { 'retry-after': '2' }).end();
  };
  await call({ url: origin });
  assert.ok(times[1]! - times[0]! >= 1_900, `waited ${times[1]! - times[0]!} ms`);
});

test('a client error is not tried again', async () => {
  respond = (_, response) => response.writeHead(404).end('no such thing');
  const failure = await failureOf({ url: `${origin}/gone?key=secret` });
  assert.equal(failure.type, 'HttpClientError');
  assert.match(failure.message, /GET http:\/\/127\.0\.0\.1:\d+\/gone answered 404: no such thing/);
  assert.doesNotMatch(failure.message, /secret/);
  assert.equal(received.length, 1);
});

test('an answer is cut at the limit, at a whole character', async () => {
  respond = (_, response) => response.end(`x${'é'.repeat(MAX_RESPONSE_BYTES)}`);
  const { body, truncated } = await call({ url: origin });
  assert.deepEqual([body, truncated], [`x${'é'.repeat((MAX_RESPONSE_BYTES - 2) / 2)}`, true]);
});

test('an answer without end is cut too, and its connection closed', async () => {
  let closed = false;
  respond = (_, response) => {
    response.once('close', () => (closed = true));
    const more = () =>
      void (response.write('y'.repeat(100)) ? setImmediate(more) : response.once('drain', more));
    more();
  };
  assert.equal((await call({ url: origin })).truncated, true);
  await eventually(() => assert.ok(closed));
});

test('redirects are followed, and their end is the answer', async () => {
  respond = ({ url }, response) =>
    url === '/end' ? response.end('there') : response.writeHead(302, { location: '/end' }).end();
  const { status, body } = await call({ method: 'POST', url: `${origin}/begin`, body: 'b' });
  assert.deepEqual([status, body], [200, 'there']);
  assert.deepEqual(
    received.map(({ method, url, body: sent }) => [method, url, sent]),
    [
      ['POST', '/begin', 'b'],
      ['GET', '/end', ''],
    ],
  );
});

test('307 repeats method and body', async () => {
  respond = ({ url }, response) =>
    url === '/end' ? response.end() : response.writeHead(307, { location: '/end' }).end();
  await call({ method: 'POST', url: `${origin}/begin`, body: 'b' });
  assert.deepEqual(
    received.map(({ method, body }) => [method, body]),
    [
      ['POST', 'b'],
      ['POST', 'b'],
    ],
  );
});

test('nothing that the caller set goes to another origin, but everything stays with the own one', async () => {
  const other = await otherOrigin((request, response) => response.end(JSON.stringify(request.headers)));
  const sent = { authorization: 'Bearer t', cookie: 'a=1', 'x-api-key': 'k', 'user-agent': 'mine' };
  respond = (_, response) => response.writeHead(302, { location: `${other}/` }).end();
  const there = JSON.parse((await call({ url: origin, headers: sent })).body) as Record<string, string>;
  for (const name of Object.keys(sent)) assert.equal(there[name], undefined, name);

  respond = ({ url, headers }, response) =>
    url === '/end'
      ? response.end(JSON.stringify(headers))
      : response.writeHead(302, { location: '/end' }).end();
  const here = JSON.parse((await call({ url: origin, headers: sent })).body) as Record<string, string>;
  for (const [name, value] of Object.entries(sent)) assert.equal(here[name], value, name);
});

test('a redirect that would carry the body to another origin fails, and the other origin is not asked', async () => {
  let asked = 0;
  const other = await otherOrigin((_, response) => {
    asked++;
    response.end();
  });
  for (const status of [307, 308]) {
    respond = (_, response) => response.writeHead(status, { location: `${other}/` }).end();
    const failure = await failureOf({ method: 'POST', url: origin, body: 'secret' });
    assert.match(
      `${failure.type} ${failure.message}`,
      /RedirectRefused .*the body would go to another origin/,
    );
  }
  assert.equal(asked, 0);
});

test('a loop of redirects ends', async () => {
  respond = (_, response) => response.writeHead(302, { location: '/' }).end();
  assert.equal((await failureOf({ url: origin })).type, 'TooManyRedirects');
  assert.equal(received.length, 6);
});

test('loopback and private addresses are refused without a connection, by number and by name', async () => {
  reachable = reachableBy({ EXTERNAL_API_ALLOW: '', EXTERNAL_API_DENY: '', PORT: 8080 });
  let connections = 0;
  const hidden = await otherOrigin(
    (_, response) => response.end('secret'),
    () => connections++,
  );
  const { port } = new URL(hidden);
  for (const host of ['127.0.0.1', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost']) {
    const failure = await failureOf({ url: `http://${host}:${port}/` });
    assert.match(
      `${failure.type} ${failure.message}`,
      /AddressRefused .*not public address\. EXTERNAL_API_ALLOW on the worker/,
      host,
    );
  }
  assert.equal(connections, 0);
});

test('EXTERNAL_API_ALLOW opens an address at its port and at no other', async () => {
  const open = await otherOrigin((_, response) => response.end('open'));
  const closed = await otherOrigin((_, response) => response.end('closed'));
  const allow = `127.0.0.1/32:${new URL(open).port}`;
  reachable = reachableBy({ EXTERNAL_API_ALLOW: allow, EXTERNAL_API_DENY: '', PORT: 8080 });
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]'])
    assert.equal((await call({ url: open.replace('127.0.0.1', host) })).body, 'open');
  assert.equal((await failureOf({ url: closed })).type, 'AddressRefused');
});

test("the API's own port on this machine is refused even where its network is allowed, by each of its addresses", async () => {
  const api = await otherOrigin((_, response) => response.end('executions of everybody'));
  const port = Number(new URL(api).port);
  reachable = reachableBy({ EXTERNAL_API_ALLOW: '0.0.0.0/0,[::]/0', EXTERNAL_API_DENY: '', PORT: port });
  for (const host of ['127.0.0.1', 'localhost', '127.1.2.3', '0.0.0.0', '[::1]', '[::]']) {
    const failure = await failureOf({ url: `http://${host}:${port}/` });
    assert.match(`${failure.type} ${failure.message}`, /AddressRefused .*port of the API itself/, host);
  }
});

test('a redirect to a private address is refused', async () => {
  for (const target of ['http://169.254.169.254/latest/meta-data', 'http://10.0.0.1/', 'http://[::1]/']) {
    respond = (_, response) => response.writeHead(302, { location: target }).end();
    assert.equal((await failureOf({ url: origin })).type, 'AddressRefused', target);
  }
});

test('a redirect to another kind of URL is refused', async () => {
  respond = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  assert.equal((await failureOf({ url: origin })).type, 'InvalidRequest');
});

test('a request that cannot be sent fails at once and says why', async () => {
  const cases: [unknown, RegExp][] = [
    [undefined, /must be an object/],
    ['text', /must be an object/],
    [{}, /url undefined is not a URL/],
    [{ url: 'ftp://example.com' }, /neither http nor https/],
    [{ url: 'http://user:pass@example.com' }, /user or password/],
    [{ url: origin, method: 'CONNECT' }, /method "CONNECT" is none of/],
    [{ url: origin, headers: { 'x-a': 'b\r\nx-c: d' } }, /without line breaks/],
    [{ url: origin, headers: { host: 'other' } }, /header host cannot be set/],
    [{ url: origin, headers: { 'x a': 'b' } }, /header name/],
    [{ url: origin, body: 'b' }, /GET has no body/],
    [{ url: origin, timeoutSeconds: 301 }, /timeoutSeconds/],
    [{ url: origin, timeoutSeconds: '5' }, /timeoutSeconds/],
    [{ url: origin, retries: 5 }, /there is no field "retries"/],
  ];
  for (const [request, why] of cases) {
    const failure = await failureOf(request);
    assert.equal(failure.type, 'InvalidRequest');
    assert.match(failure.message, why);
  }
  assert.equal(received.length, 0);
});

test('a server that does not answer in time is tried again', async () => {
  respond = (_, response) => void (received.length > 1 && response.end('late'));
  assert.equal((await call({ url: origin, timeoutSeconds: 0.5 })).body, 'late');
});

test('a cancelled call breaks off within seconds', async () => {
  let closed = false;
  respond = (_, response) => void response.once('close', () => (closed = true));
  const handle = await startCall({ url: origin, timeoutSeconds: 300 });
  await eventually(() => assert.equal(received.length, 1));
  await handle.cancel();
  const error: unknown = await handle.result().then(
    () => assert.fail('it succeeded'),
    (e: unknown) => e,
  );
  assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure);
  await eventually(() => assert.ok(closed));
});
