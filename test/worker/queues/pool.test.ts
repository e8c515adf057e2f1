import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { type PoolDeps, type WorkspacePool, startPool } from '../../../src/worker/queues/pool.ts';
import {
  type WorkerFactory,
  sharedThreadsWorkerFactory,
} from '../../../src/worker/sdk/shared-workflow-creator.ts';
import { type Activities, loadUserActivities } from '../../../src/worker/code/user-activities.ts';
import { type UserWorkflows, loadUserWorkflows } from '../../../src/worker/code/user-workflows.ts';
import { createWorkspaceWorker } from '../../../src/worker/roles/workspace-worker.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { type Connected, connect, workerConfig } from '../connected.ts';

let at: Connected;
let testDatabase: TestDatabase;
let database: Database;
let workflows: UserWorkflows;
let activities: Activities;
let factory: WorkerFactory;
let pool: WorkspacePool | null = null;

before(async () => {
  at = await connect(import.meta.url);
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} });
  const config = workerConfig({});
  workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, at.log);
  activities = await loadUserActivities(config.ACTIVITIES_PATH);
  factory = sharedThreadsWorkerFactory();
});
afterEach(async () => {
  await pool?.stop();
  await database.pool.query('delete from workspaces');
});
after(async () => {
  await factory.close();
  await at.close();
  await database.close();
  await testDatabase.drop();
});

function start(settings: Record<string, string>, deps: Partial<PoolDeps> = {}): WorkspacePool {
  const config = workerConfig({ WORKSPACE_QUEUE_LINGER_SECONDS: '0', ...settings });
  const common = {
    connection: at.connection,
    namespace: at.namespace,
    config,
    factory,
    workflows,
    activities,
  };
  pool = startPool({
    config,
    log: at.log,
    client: at.client,
    db: database.db,
    createWorker: (workspaceId, polls) => createWorkspaceWorker(workspaceId, { ...common, polls }),
    onWorkerFailure: () => {},
    ...deps,
  });
  return pool;
}

async function workspace(row: { pending?: number; workers?: 'pool' | 'external' } = {}): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `insert into workspaces (id, tier, limit_in_force, pending, workers) values ($1, 'pro', 5, $2, $3)`,
    [id, row.pending ?? 0, row.workers ?? 'pool'],
  );
  return id;
}

const startOn = (workspaceId: string, type = 'echo') =>
  at.client.workflow.start(type, { workflowId: randomUUID(), taskQueue: workspaceQueue(workspaceId) });

const polled = () => pool!.counts().polled;

test('a queue is polled once its workspace has a row in the queue, and no longer when the row is gone', async () => {
  start({});
  const id = await workspace({ pending: 1 });
  const execution = await startOn(id);
  await execution.result();
  await database.pool.query('update workspaces set pending = 0 where id = $1', [id]);
  await eventuallyEqual(polled, 0);
});

test('a queue is polled at once when this process admits to it', async () => {
  start({ WORKSPACE_QUEUE_LINGER_SECONDS: '300' });
  const id = await workspace();
  const execution = await startOn(id);
  const begun = performance.now();
  pool!.startPolling(id);
  await execution.result();
  assert.ok(performance.now() - begun < 900, 'sooner than the next look at Postgres');
});

test('a queue on which Temporal has an open workflow stays hot though Postgres shows nothing', async () => {
  start({});
  const left = await workspace({ pending: 1 });
  const neighbour = await workspace({ pending: 1 });
  const grandchild = await startOn(left, 'untilTold');
  await eventuallyEqual(polled, 2);
  await database.pool.query('update workspaces set pending = 0');
  await eventuallyEqual(polled, 1);
  await grandchild.signal('finish', 'served');
  assert.equal(
    await grandchild.result(),
    'served',
    `the queue that is still polled is ${left}, not ${neighbour}`,
  );
});

test('an open workflow on a cold queue is found in Temporal', async () => {
  const id = await workspace();
  const reset = await startOn(id);
  await eventually(async () => {
    const { count } = await at.client.workflowService.countWorkflowExecutions({
      namespace: at.namespace,
      query: `TaskQueue = "${workspaceQueue(id)}" AND ExecutionStatus = "Running"`,
    });
    assert.equal(Number(count), 1);
  });
  start({});
  await reset.result();
});

test('the pool never polls the queue of a workspace with external workers, also when it is switched', async () => {
  start({ WORKSPACE_QUEUE_LINGER_SECONDS: '300' });
  const foreign = await workspace({ pending: 1, workers: 'external' });
  const switched = await workspace({ pending: 1 });
  const untouched = await startOn(foreign);
  await eventuallyEqual(polled, 1);
  await database.pool.query(`update workspaces set workers = 'external' where id = $1`, [switched]);
  await eventuallyEqual(polled, 0);
  const { historyLength } = await untouched.describe();
  assert.equal(historyLength, 2, 'started and scheduled, but taken by nobody');
  await untouched.terminate();
});

test('a queue that is given back to the pool while its last Worker stops gets its next one after that, without a failure', async () => {
  let failures = 0;
  start({ WORKSPACE_QUEUE_LINGER_SECONDS: '300' }, { onWorkerFailure: () => failures++ });
  const id = await workspace({ pending: 1 });
  await (await startOn(id)).result();
  const setWorkers = (workers: string) =>
    database.pool.query('update workspaces set workers = $2 where id = $1', [id, workers]);
  for (let round = 0; round < 3; round++) {
    await setWorkers('external');
    await eventuallyEqual(polled, 0);
    await setWorkers('pool');
    pool!.startPolling(id);
    assert.equal(polled(), 1);
  }
  await (await startOn(id)).result();
  assert.equal(failures, 0);
});

test('beyond the bound, all queues with work get their turn', async () => {
  start({ WORKSPACE_MAX_QUEUES: '2', WORKSPACE_QUEUE_LINGER_SECONDS: '300' }, { turnMs: 1_000 });
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await workspace({ pending: 1 }));
  await eventuallyEqual(() => pool!.counts(), { polled: 2, waiting: 3, bound: 2 });
  const handles = await Promise.all(ids.map((id) => startOn(id)));
  await eventually(async () => {
    assert.ok(polled() <= 2);
    for (const handle of handles) assert.equal((await handle.describe()).status.name, 'COMPLETED');
  }, 60_000);
});

test('a Worker that cannot be made is made again, and the others do not notice', async () => {
  let failures = 0;
  const config = workerConfig({});
  const common = {
    connection: at.connection,
    namespace: at.namespace,
    config,
    factory,
    workflows,
    activities,
  };
  const unlucky = await workspace({ pending: 1 });
  const lucky = await workspace({ pending: 1 });
  start(
    {},
    {
      createWorker: (id, polls) =>
        id === unlucky && failures === 0
          ? Promise.reject(new Error('no'))
          : createWorkspaceWorker(id, { ...common, polls }),
      onWorkerFailure: () => void failures++,
    },
  );
  const handles = await Promise.all([unlucky, lucky].map((id) => startOn(id)));
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal(failures, 1);
});
