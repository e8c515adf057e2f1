import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Registry } from 'prom-client';
import { createAllowedHosts } from '../../src/network/allowed-hosts.ts';
import { createLog } from '../../src/process/log.ts';
import { serveWorkerHealth, type WorkerHealth } from '../../src/worker/ops/health.ts';

const lines: string[] = [];
let health: WorkerHealth;
before(async () => {
  const destination = { write: (line: string) => void lines.push(line) };
  health = await serveWorkerHealth({
    host: '127.0.0.1',
    port: 0,
    registry: new Registry(),
    sdkMetrics: () => '',
    log: createLog({ level: 'info', process: 'test', destination }),
    allowedHosts: createAllowedHosts({ HOST: '127.0.0.1', ALLOWED_HOSTS: 'worker' }),
    problems: () => Promise.reject(new Error('password authentication failed for user "sluice"')),
  });
});
after(() => health.stop());

function ask(path: string, host: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(health.url, { path, headers: { host } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    asked.on('error', reject).end();
  });
}

test("a worker's health and metrics are for its own names only", async () => {
  const status = async (path: string, host: string) => (await ask(path, host)).status;
  for (const path of ['/health/live', '/health/ready', '/metrics'])
    assert.equal(await status(path, 'evil.test'), 421);
  assert.equal(await status('http://evil.test/metrics', 'worker:8081'), 421);
  assert.equal(await status('/metrics', 'worker:8081'), 200);
  assert.equal(await status('/metrics', '10.0.0.7:8081'), 200);
});

test('a probe that cannot be answered tells its cause to the log alone', async () => {
  const { status, text } = await ask('/health/ready', 'localhost');
  assert.equal(status, 500);
  assert.doesNotMatch(text, /password/);
  assert.match(lines.join(''), /password authentication failed/);
});
