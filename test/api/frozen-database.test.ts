import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi } from '../../src/api/server/start-api.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/process/log.ts';
import type { Running } from '../../src/process/run-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { TcpProxy } from '../support/proxy.ts';
import { testTemporal } from '../support/temporal.ts';

let testDatabase: TestDatabase;
let proxy: TcpProxy;
let api: Running & { url: string };

before(async () => {
  testDatabase = await createTestDatabase();
  proxy = new TcpProxy(new URL(testDatabase.url));
  const url = (await proxy.url()).toString();
  const config = readConfig({ PORT: '0', AUTH: 'none', DATABASE_URL: url, SHUTDOWN_GRACE_SECONDS: '1' });
  const log = createLog({ level: 'silent', process: 'test' });
  api = await startApi(config, log, testTemporal(import.meta.url));
});
after(async () => {
  await api.stop();
  proxy.close();
  await testDatabase.drop();
});

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${api.url}${path}`, {
    method,
    headers: { 'idempotency-key': 'k', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

test('a Postgres that hangs is answered for with 503 in time, and serves again when it goes on, with nothing stored twice', async () => {
  const execution = { workflowType: 'demo' };
  assert.equal((await call('PUT', '/v1/workspaces/acme', { tier: 'pro' })).status, 201);
  proxy.freeze();
  const startedAt = Date.now();
  const answers = await Promise.all([
    call('POST', '/v1/workspaces/acme/executions', execution),
    call('GET', '/v1/workspaces/acme'),
    call('PATCH', '/v1/workspaces/acme', { tier: 'enterprise' }),
    call('GET', '/health/ready'),
  ]);
  assert.ok(Date.now() - startedAt < 14_000, `they took ${Date.now() - startedAt} ms`);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [503, 503, 503, 503],
  );
  for (const answer of answers) assert.ok(answer.headers.get('retry-after'));
  assert.equal((await call('GET', '/health/live')).status, 200);

  proxy.mend();
  const accepted = await call('POST', '/v1/workspaces/acme/executions', execution);
  assert.ok([200, 202].includes(accepted.status), await accepted.text());
  const list = (await (await call('GET', '/v1/workspaces/acme/executions')).json()) as { items: unknown[] };
  assert.equal(list.items.length, 1);
});
