import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { knownWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { EXTERNAL_API_QUEUE, SWEEP_SCHEDULE_ID, workspaceQueue } from '../../src/domain/names.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { type RunningWorker, startWorker } from '../../src/worker/start-worker.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { testTemporal } from '../support/temporal.ts';
import { testLog, workerConfig } from './connected.ts';

let testDatabase: TestDatabase;
let database: Database;
let client: Client;
const temporal = testTemporal(import.meta.url);

before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test', onError: () => {} });
  client = await connectTemporalClient(temporal);
});
after(async () => {
  await client.connection.close();
  await database.close();
  await testDatabase.drop();
});

async function started(
  settings: Record<string, string>,
  use: (worker: RunningWorker) => Promise<void>,
): Promise<void> {
  const config = workerConfig({ DATABASE_URL: testDatabase.url, ...settings });
  const worker = await startWorker(config, testLog(), temporal);
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}

async function pollersOf(queue: string): Promise<number> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: 2,
  });
  return pollers.length;
}

const messageOf = (settings: Record<string, string>, at = temporal) =>
  startWorker(workerConfig({ DATABASE_URL: testDatabase.url, ...settings }), testLog(), at).then(
    async (worker) => {
      await worker.stop();
      return assert.fail('it started');
    },
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );

test('a worker process plays all parts, publishes what it can run and keeps the sweep in existence', async () => {
  await started({}, async () => {
    await eventually(async () => assert.ok((await knownWorkflowTypes(database.db))?.has('untilTold')));
    await eventually(async () => assert.ok(await client.schedule.getHandle(SWEEP_SCHEDULE_ID).describe()));
    await eventually(async () => assert.ok((await pollersOf(EXTERNAL_API_QUEUE)) > 0));
    const id = randomUUID();
    await database.pool.query(
      `insert into workspaces (id, tier, limit_in_force, pending) values ($1, 'pro', 5, 1)`,
      [id],
    );
    await client.workflow.execute('echo', { workflowId: randomUUID(), taskQueue: workspaceQueue(id) });
  });
});

test('a process for external API calls alone needs no database', async () => {
  await started({ WORKER_ROLES: 'external-api', DATABASE_URL: '' }, async () => {
    await eventually(async () => assert.ok((await pollersOf(EXTERNAL_API_QUEUE)) > 0));
  });
});

test('health and metrics are served on their own port', async () => {
  const port = await freePort();
  await started({ WORKER_HEALTH_PORT: String(port) }, async ({ healthUrl }) => {
    assert.equal((await fetch(`${healthUrl}/health/live`)).status, 200);
    await eventually(async () => assert.equal((await fetch(`${healthUrl}/health/ready`)).status, 200));
    const metrics = await (await fetch(`${healthUrl}/metrics`)).text();
    for (const line of [
      'sluice_worker_queues_bound 500',
      'sluice_worker_queues_waiting 0',
      'sluice_worker_pollers{task="workflow"}',
      // 5 for gates, and 2 for each of the 500 queues that it may poll.
      'sluice_worker_pollers_bound{task="workflow"} 1005',
    ]) {
      assert.ok(metrics.includes(line), line);
    }
    assert.equal((await fetch(`${healthUrl}/nothing`)).status, 404);
  });
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health/live`), 'it ends with the process');
});

test('a health port in use stops the start, and nothing is left running', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  assert.match(
    await messageOf({ WORKER_HEALTH_PORT: String(port) }),
    /^HealthPortError: WORKER_HEALTH_PORT \d+ on 127\.0\.0\.1 cannot be used/,
  );
  await new Promise((resolve) => other.close(resolve));
});

test('what cannot be used is named with the variable and the cure', async () => {
  const wrongDatabase = new URL(testDatabase.url);
  wrongDatabase.pathname = '/no_such_database';
  assert.match(
    await messageOf({ DATABASE_URL: wrongDatabase.toString() }),
    /^DatabaseUnusableError: .*no_such_database[^]*Set DATABASE_URL/,
  );
  assert.match(await messageOf({ DATABASE_URL: '' }), /^DatabaseUnusableError: [^]*DATABASE_URL/);
  wrongDatabase.pathname = '/postgres';
  assert.match(await messageOf({ DATABASE_URL: wrongDatabase.toString() }), /tables are missing[^]*migrate/);
  assert.match(await messageOf({ WORKFLOWS_PATH: '/no/such.js' }), /^WorkflowsPathError: WORKFLOWS_PATH/);
  assert.match(await messageOf({ ACTIVITIES_PATH: '/no/such.js' }), /^ActivitiesPathError: ACTIVITIES_PATH/);
});

test('a Temporal that does not answer and a namespace that does not exist are named', async () => {
  assert.match(
    await messageOf({}, { ...temporal, namespace: 'no-such-namespace' }),
    /^NamespaceError: TEMPORAL_NAMESPACE no-such-namespace cannot be used[^]*namespace create/,
  );
  assert.match(
    await messageOf({}, { ...temporal, address: `127.0.0.1:${await freePort()}` }),
    /^TemporalUnreachableError: Temporal does not answer at 127\.0\.0\.1:\d+[^]*TEMPORAL_ADDRESS/,
  );
});
