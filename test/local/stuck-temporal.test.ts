import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/local/processes/ports.ts';
import { restartWhenStuck } from '../../src/local/processes/restart-when-stuck.ts';
import { signalProcess } from '../../src/local/processes/process-identity.ts';
import { startService } from '../../src/local/processes/service.ts';
import { poll } from '../../src/async/poll.ts';
import { namespacesAnswer } from '../../src/local/temporal/namespaces-answer.ts';
import { isDatabaseStuck } from '../../src/local/temporal/stuck-database.ts';
import { eventually } from '../support/eventually.ts';
import { TcpProxy } from '../support/proxy.ts';
import { testTemporalAddress } from '../support/temporal.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-stuck-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A process that does nothing, watched; `stuck` is what the watch is told. */
async function startIdle(start = startOne) {
  const told = { stuck: false, restarts: 0, failures: [] as unknown[] };
  const service = restartWhenStuck(await startOne(), {
    everyMs: 20,
    times: 3,
    isStuck: () => Promise.resolve(told.stuck),
    start,
    onStuck: () => void told.restarts++,
    onFailed: (error) => void told.failures.push(error),
  });
  return { told, service };
}

function startOne() {
  return startService({
    name: 'idle',
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    logFile: join(folder, 'idle.log'),
    stopSignal: 'SIGTERM',
    ready: () => Promise.resolve(true),
    onSpawn: () => {},
  });
}

const isOver = (promise: Promise<void>) =>
  Promise.race([promise.then(() => true), delay(100).then(() => false)]);

test('a service that is stuck is started again and has not ended; a stop ends the one that runs', async () => {
  const { told, service } = await startIdle();
  const first = service.identity.pid;
  told.stuck = true;
  await eventually(async () => assert.notEqual(service.identity.pid, first));
  told.stuck = false;
  assert.ok(told.restarts >= 1);
  assert.equal(await isOver(service.ended), false);
  await service.stop();
  await service.ended;
});

test('a service that ends by itself has ended, and is not started again', async () => {
  const { told, service } = await startIdle();
  signalProcess(service.identity, 'SIGKILL');
  await service.ended;
  told.stuck = true;
  await delay(200);
  assert.equal(told.restarts, 0);
  await service.stop();
});

test('a service that cannot be started again has ended', async () => {
  const { told, service } = await startIdle(() => Promise.reject(new Error('by the test')));
  told.stuck = true;
  await service.ended;
  assert.match(String(told.failures), /by the test/);
  await service.stop();
});

/** What a dev server of 1.29.1 answered once its database was stuck. */
const STUCK_ANSWER = 'GetNamespace operation failed. Error interrupted (9)';

test('a database is stuck when the server says so itself, and not when it is away or refuses for another reason', async () => {
  for (const [details, expected] of [
    [STUCK_ANSWER, true],
    ['Not enough hosts to serve the request', false],
  ] as const) {
    const server = createServer().on('stream', (stream) =>
      stream.respond(unavailable(details), { endStream: true }),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      assert.equal(await isDatabaseStuck(`127.0.0.1:${port}`, 'default'), expected, details);
    } finally {
      server.close();
    }
  }
  assert.equal(await isDatabaseStuck(`127.0.0.1:${await freePort()}`, 'default'), false);
  assert.equal(await isDatabaseStuck(testTemporalAddress(), 'default'), false);
});

test('a server that is too busy to name all its namespaces at once is ready when each has been named', async () => {
  const proxy = new TcpProxy(new URL(`http://${testTemporalAddress()}`));
  const { host } = await proxy.url();
  proxy.slow(60);
  try {
    const areThere = namespacesAnswer(
      host,
      Array.from({ length: 50 }, () => 'default'),
    );
    assert.equal(await areThere(), false, '50 answers of 60 ms and more are not given in 2 s');
    assert.equal(await poll(areThere, 30_000), true);
  } finally {
    proxy.close();
  }
});

test('a server is not ready while one of its namespaces is not there', async () => {
  const areThere = namespacesAnswer(testTemporalAddress(), ['default', 'there-is-none-of-this-name']);
  assert.equal(await poll(areThere, 500), false);
});

/** What gRPC sends for an error before any answer. */
function unavailable(details: string) {
  return {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': '14',
    'grpc-message': encodeURIComponent(details),
  };
}
