import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { startApiUnderTest } from './api-under-test.ts';

test('metrics on a port of their own need no key, and nothing else is there', async () => {
  const port = await freePort();
  const api = await startApiUnderTest({ AUTH: 'keys', METRICS_PORT: String(port) });
  const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
  try {
    const answer = await ask('/metrics');
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^sluice_database_connections/m);
    for (const path of ['/v1/workspaces', '/health/live', '/docs', '/'])
      assert.equal((await ask(path)).status, 404, path);
    assert.equal((await api.call({ path: '/metrics' })).status, 401);
  } finally {
    await api.stop();
  }
  await assert.rejects(ask('/metrics'), 'it ends with the API');
});

test('a metrics port in use is an error that names it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const settings = { METRICS_PORT: String(port), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
  try {
    await assert.rejects(startApiUnderTest(settings), {
      name: 'MetricsPortError',
      message: new RegExp(`^METRICS_PORT ${port} on 127\\.0\\.0\\.1 cannot be used: .*EADDRINUSE`),
    });
  } finally {
    taken.close();
  }
});
