import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { isDatabaseUnavailable } from '../../src/db/connection/unavailable.ts';
import { startApi } from '../../src/api/server/start-api.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/process/log.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { createTestDatabase } from '../support/database.ts';
import { testTemporal } from '../support/temporal.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const log = createLog({ level: 'silent', process: 'test' });

test('the OpenAPI document names every route with its answers', async () => {
  const { body } = await api.call({ path: '/openapi.json' });
  assert.equal(body.openapi, '3.1.0');
  const operations = Object.entries(
    body.paths as Record<string, Record<string, { responses: object }>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { responses }]) => `${method} ${path}: ${Object.keys(responses).join(' ')}`,
    ),
  );
  assert.deepEqual(operations.sort(), [
    'delete /session: 204 400 403 408 417 421 431 500',
    'delete /v1/keys/{keyId}: 200 400 401 403 404 408 415 417 421 429 431 500 503',
    'delete /v1/workspaces/{workspaceId}/executions/{executionId}/payloads: 200 400 401 403 404 408 409 415 417 421 429 431 500 503',
    'delete /v1/workspaces/{workspaceId}/pause: 200 400 401 403 404 408 409 415 417 421 429 431 500 503',
    'delete /v1/workspaces/{workspaceId}: 202 400 401 403 404 408 409 415 417 421 429 431 500 503',
    'get /health/live: 200 400 408 417 421 431 500',
    'get /health/ready: 200 400 408 417 421 431 500 503',
    'get /metrics: 200 400 401 403 408 417 421 429 431 500',
    'get /session: 200 400 401 408 417 421 431 500 503',
    'get /v1/bulk-acts/{bulkActId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/changes: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/events: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/executions: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/keys/{keyId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/keys: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/stats/workspaces/{workspaceId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/stats/workspaces: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/stats: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/tiers/{tier}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/tiers: 200 400 401 403 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/bulk-acts/{bulkActId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/changes: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/events: 200 400 401 403 404 408 410 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/executions/{executionId}/events: 200 204 400 401 403 404 408 410 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/executions/{executionId}/explain: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/executions/{executionId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/executions: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/gate: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}/queue: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces/{workspaceId}: 200 400 401 403 404 408 417 421 429 431 500 503',
    'get /v1/workspaces: 200 400 401 403 408 417 421 429 431 500 503',
    'patch /v1/workspaces/{workspaceId}: 200 400 401 403 404 408 409 413 415 417 421 429 431 500 503',
    'post /session: 204 400 401 403 408 413 415 417 421 431 500 503',
    'post /v1/bulk-acts: 200 202 400 401 403 408 409 413 415 417 421 422 429 431 500 503',
    'post /v1/keys/{keyId}/rotate: 201 400 401 403 404 408 409 413 415 417 421 429 431 500 503',
    'post /v1/keys: 201 400 401 403 404 408 409 413 415 417 421 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/bulk-acts: 200 202 400 401 403 404 408 409 413 415 417 421 422 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions/batch: 200 202 400 401 403 404 408 409 413 415 417 421 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions/{executionId}/cancel: 200 202 400 401 403 404 408 415 417 421 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions/{executionId}/rerun: 200 202 400 401 403 404 408 409 410 413 415 417 421 422 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions/{executionId}/terminate: 200 202 400 401 403 404 408 415 417 421 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions/{executionId}/tokens: 201 400 401 403 404 408 413 415 417 421 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/executions: 200 202 400 401 403 404 408 409 413 415 417 421 422 429 431 500 503',
    'post /v1/workspaces/{workspaceId}/gate/wake: 202 400 401 403 404 408 415 417 421 429 431 500 503',
    'put /v1/tiers/{tier}: 200 400 401 403 404 408 413 415 417 421 422 429 431 500 503',
    'put /v1/workspaces/{workspaceId}/pause: 200 400 401 403 404 408 409 413 415 417 421 429 431 500 503',
    'put /v1/workspaces/{workspaceId}: 200 201 400 401 403 408 409 413 415 417 421 429 431 500 503',
  ]);
});

test('the OpenAPI document says where it is served, that nothing is asked of a caller, and what a cursor looks like', async () => {
  const { body } = await api.call({ path: '/openapi.json' });
  assert.deepEqual([body.servers[0].url, body.security], ['/', []]);
  const { parameters } = body.paths['/v1/workspaces'].get;
  const cursor = parameters.find(({ name }: { name: string }) => name === 'cursor');
  assert.ok(
    new RegExp(cursor.schema.pattern).test('YWNtZQ') && !new RegExp(cursor.schema.pattern).test('a b'),
  );
});

test('the interactive docs are a page', async () => {
  const { status, headers } = await api.call({ path: '/docs/' });
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^text\/html/);
});

test('an unknown path is a 404 and a wrong method a 405, both problem documents', async () => {
  const unknown = await api.call({ path: '/v2/workspaces' });
  assert.deepEqual([unknown.status, unknown.body.type], [404, 'urn:sluice:problem:route-not-found']);
  const wrong = await api.call({ method: 'DELETE', path: '/v1/tiers/pro' });
  assert.deepEqual([wrong.status, wrong.body.type], [405, 'urn:sluice:problem:method-not-allowed']);
  assert.equal(wrong.headers['allow'], 'GET, HEAD, PUT');
  const bad = await api.call({ path: '/v1/workspaces/%zz' });
  assert.deepEqual([bad.status, bad.body.type], [400, 'urn:sluice:problem:invalid-request']);
  const long = await api.call({ path: `/v1/workspaces/${'a'.repeat(300)}` });
  assert.deepEqual([long.status, long.body.type], [400, 'urn:sluice:problem:invalid-request']);
});

test('a sound X-Request-Id comes back and is in problems; another is replaced', async () => {
  const given = await api.call({
    path: '/v1/workspaces/nobody',
    headers: { 'x-request-id': 'req-1/ä'.replace('ä', 'a') },
  });
  assert.equal(given.headers['x-request-id'], 'req-1/a');
  assert.equal(given.body.requestId, 'req-1/a');
  for (const id of ['has space', 'x'.repeat(129), '']) {
    const { headers } = await api.call({ path: '/health/live', headers: { 'x-request-id': id } });
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
  }
});

test('readiness is degraded while only Temporal is down', async () => {
  assert.deepEqual((await api.call({ path: '/health/ready' })).body, {
    status: 'degraded',
    postgres: 'up',
    temporal: 'down',
  });
});

test('a gate that never ran is described from its stored rows', async () => {
  const id = await api.workspace({ tier: 'enterprise', limitOverride: 12 });
  await api.enqueue(id);
  const { body } = await api.call({ path: `/v1/workspaces/${id}/gate` });
  const { source, limit, limitSource, pending, running, gateRunId, webUrl, lastError } = body;
  assert.deepEqual(
    { source, limit, limitSource, pending, running, gateRunId, webUrl, lastError },
    {
      source: 'postgres',
      limit: 12,
      limitSource: 'override',
      pending: 1,
      running: 0,
      gateRunId: null,
      webUrl: null,
      lastError: null,
    },
  );
});

test('a gate that does not answer is described from its stored rows, within two seconds and with the reason', async () => {
  const id = await api.workspace();
  await api.database.pool.query(
    "update workspaces set gate_run_id = 'run-1', reconciled_at = now() where id = $1",
    [id],
  );
  const startedAt = Date.now();
  const { body } = await api.call({ path: `/v1/workspaces/${id}/gate` });
  assert.ok(Date.now() - startedAt < 2_500);
  assert.equal(body.source, 'postgres');
  assert.ok(body.lastError);
  assert.equal(body.webUrl, `http://ui.test/namespaces/default/workflows/gate.${id}/run-1/user-metadata`);
});

test('metrics count what was accepted and refused, by route and, unless the largest are to be named, never by workspace', async () => {
  const separate = await startApiUnderTest({ METRICS_WORKSPACES: '0' });
  try {
    const id = await separate.workspace();
    await separate.enqueue(id, { workflowType: 'demo' }, { 'idempotency-key': 'k' });
    await separate.enqueue(id, { workflowType: 'demo' }, { 'idempotency-key': 'k' });
    await separate.enqueue('nobody');
    const { text } = await separate.call({ path: '/metrics' });
    for (const line of [
      'sluice_executions_accepted_total{result="new"} 1',
      'sluice_executions_accepted_total{result="repeated"} 1',
      'sluice_requests_refused_total{problem="workspace-not-found",within="request"} 1',
      'sluice_gate_wakes_total{signal="wake"} 2',
      'sluice_executions{status="pending"} 1',
      'sluice_http_request_duration_seconds_count{method="POST",route="/v1/workspaces/:workspaceId/executions",status="202"} 1',
    ]) {
      assert.ok(text.includes(line), `${line} is not in\n${text}`);
    }
    assert.ok(!text.includes(id));
  } finally {
    await separate.stop();
  }
});

test('without its database the API answers 503 with Retry-After, stays alive, says so, and comes back with it', async () => {
  const separate = await startApiUnderTest();
  try {
    const id = await separate.workspace();
    await setConnections(separate, false);
    const answers = [
      await separate.enqueue(id),
      await separate.call({ path: `/v1/workspaces/${id}` }),
      await separate.call({ path: `/v1/workspaces/${id}/gate` }),
      await separate.call({ method: 'PATCH', path: `/v1/workspaces/${id}`, body: { tier: 'enterprise' } }),
      await separate.call({ path: '/health/ready' }),
    ];
    for (const answer of answers) {
      assert.deepEqual(
        [answer.status, answer.body.type],
        [503, 'urn:sluice:problem:database-unavailable'],
        answer.text,
      );
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    }
    assert.equal((await separate.call({ path: '/health/live' })).status, 200);
    assert.equal((await separate.call({ path: '/metrics' })).status, 200);
    await setConnections(separate, true);
    assert.deepEqual(
      [(await separate.enqueue(id)).body.seq, (await separate.call({ path: '/health/ready' })).status],
      [1, 200],
    );
  } finally {
    await separate.stop();
  }
});

/** Takes an API's database away, as a Postgres that ended would be, and gives it back. */
async function setConnections({ databaseUrl }: ApiUnderTest, allowed: boolean): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const { pool } = api.database;
  await pool.query(`alter database ${name} with allow_connections ${allowed}`);
  if (!allowed)
    await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
}

test('a workspace whose row is held answers 503 in time, and others are served meanwhile', async () => {
  const [held, free] = [await api.workspace(), await api.workspace()];
  const holder = await api.database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from workspaces where id = $1 for update', [held]);
  const storm = Promise.all(Array.from({ length: 50 }, () => api.enqueue(held)));
  const startedAt = Date.now();
  for (let i = 0; i < 20; i++) assert.equal((await api.enqueue(free)).status, 202);
  assert.ok(Date.now() - startedAt < 2_000, `the others took ${Date.now() - startedAt} ms`);
  for (const answer of await storm) {
    assert.equal(answer.status, 503, answer.text);
    assert.ok(answer.headers['retry-after']);
  }
  await holder.query('rollback');
  holder.release();
  assert.equal((await api.enqueue(held)).body.seq, 1);
});

test('what only waits is not an error of the database, and what it refuses is not its absence', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });
  for (const code of ['ECONNREFUSED', '57P01', '57014', '55P03', '53300', '08006', '40P01']) {
    assert.ok(isDatabaseUnavailable(new Error('wrapped', { cause: coded(code) })), code);
  }
  for (const code of ['23505', '22P02', '42601', 'FST_ERR_VALIDATION'])
    assert.ok(!isDatabaseUnavailable(coded(code)), code);
});

const startOn = async (
  settings: Record<string, string>,
  databaseUrl: string,
  temporal = testTemporal(import.meta.url),
) =>
  startApi(
    readConfig({
      PORT: '0',
      AUTH: 'none',
      DATABASE_URL: databaseUrl,
      SHUTDOWN_GRACE_SECONDS: '1',
      ...settings,
    }),
    log,
    temporal,
  );

test('a port in use is an error that names PORT, and nothing stays open', async () => {
  const running = await startOn({}, api.databaseUrl);
  try {
    const PORT = new URL(running.url).port;
    await assert.rejects(startOn({ PORT }, api.databaseUrl), {
      name: 'ListenError',
      message: /another process .* PORT/,
    });
  } finally {
    await running.stop();
  }
});

test('a database that is not there is an error that names DATABASE_URL and hides its password', async () => {
  const url = new URL(api.databaseUrl);
  url.port = String(await freePort());
  url.password = 'secret';
  await assert.rejects(startOn({}, url.toString()), (error: Error) => {
    assert.match(error.message, /DATABASE_URL/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('a database that was not migrated is an error that says how to migrate', async () => {
  const empty = await createTestDatabase();
  try {
    const url = new URL(empty.url);
    url.pathname = '/postgres';
    await assert.rejects(startOn({}, url.toString()), /migrate/);
  } finally {
    await empty.drop();
  }
});

test('a stop lets a request that has begun end, and closes idle connections', async () => {
  const database = await createTestDatabase();
  const running = await startOn({ SHUTDOWN_GRACE_SECONDS: '10' }, database.url);
  const { hostname, port } = new URL(running.url);
  const idle = connect(Number(port), hostname);
  await new Promise((resolve) => idle.once('connect', resolve));
  const body = '{"tier":"pro"}';
  const slow = request(`${running.url}/v1/workspaces/slow`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
  });
  const answered = new Promise<number>((resolve, reject) => {
    slow.once('response', (response) => resolve(response.resume().statusCode!));
    slow.once('error', reject);
  });
  slow.flushHeaders();
  await new Promise((resolve) => slow.once('continue', resolve));
  const startedAt = Date.now();
  const stopped = running.stop();
  slow.end(body);
  assert.equal(await answered, 201);
  await stopped;
  assert.ok(Date.now() - startedAt < 5_000, 'it waited for a connection that carried nothing');
  await assert.rejects(fetch(`${running.url}/health/live`));
  await database.drop();
});

test('with Temporal down executions are accepted over the wire, and a stop does not wait for their wakes', async () => {
  const nobody = testTemporal(import.meta.url, `127.0.0.1:${await freePort()}`);
  const running = await startOn({}, api.databaseUrl, nobody);
  const id = await api.workspace();
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`${running.url}/v1/workspaces/${id}/executions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"workflowType":"demo"}',
    });
    assert.equal(response.status, 202);
    await response.body?.cancel();
  }
  const startedAt = Date.now();
  await running.stop();
  assert.ok(Date.now() - startedAt < 4_000, `the stop took ${Date.now() - startedAt} ms`);
});

test('a request that is not HTTP is answered with a problem document too', async () => {
  const running = await startOn({}, api.databaseUrl);
  const { hostname, port } = new URL(running.url);
  const socket = connect(Number(port), hostname);
  socket.write('nonsense\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  assert.match(text, /^HTTP\/1\.1 400 .*application\/problem\+json.*urn:sluice:problem:invalid-request/s);
  await running.stop();
});
