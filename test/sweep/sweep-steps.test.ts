import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import { type NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { GateActivityDeps } from '../../src/activities/gate-activity-deps.ts';
import { createStartRecorder } from '../../src/activities/gate/record-starts.ts';
import { createSweepActivities } from '../../src/activities/sweep/sweep-activities.ts';
import { SWEEP_WORKFLOW_TYPE } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { connectTemporalWorkers } from '../../src/worker/sdk/native-connection.ts';
import { gateWorkflowBundle, silentExceptFor } from '../../src/worker/code/gate-bundle.ts';
import type { SweepReport } from '../../src/workflows/sweep/contract.ts';
import { eventually } from '../support/eventually.ts';
import { noMeasures } from '../support/measures.ts';
import { TcpProxy } from '../support/proxy.ts';
import { type World, startWorld } from '../support/world.ts';

const log = createLog({ level: 'silent', process: 'test' });

/** The sweep under test: activities on a spoiled proxy to Temporal, in a Worker that reaches Temporal straight. */
let world: World;
let proxy: TcpProxy;
let spoiled: GateActivityDeps;
let workers: NativeConnection;
before(async () => {
  // The world's own sweep leaves the tests' workspaces alone: it finds nothing overdue in an hour.
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '3600' });
  workers = await connectTemporalWorkers(world.temporal);
  proxy = new TcpProxy(new URL(`tcp://${world.temporal.address}`));
  const client = await connectTemporalClient({ ...world.temporal, address: (await proxy.url()).host });
  spoiled = {
    config: { ...world.config, SWEEP_INTERVAL_SECONDS: 30 },
    log,
    client,
    namespace: client.options.namespace,
    database: world.database,
    startRecorder: createStartRecorder({ client, database: world.database, log, measures: noMeasures }),
    sequenceInbox: async () => {},
    measures: noMeasures,
  } as unknown as GateActivityDeps;
});
after(async () => {
  proxy.mend();
  await spoiled.startRecorder.stop();
  await spoiled.client.connection.close();
  proxy.close();
  await workers.close();
  await world.stop();
});

/** A row whose wake was lost an hour ago. */
async function overdueWorkspace(): Promise<string> {
  const workspace = await world.workspace();
  await world.database.pool.query(
    `with w as (update workspaces set last_seq = 1, pending = 1, created_at = now() - interval '1 hour' where id = $1)
     insert into executions (id, workspace_id, seq, workflow_type) values (gen_random_uuid(), $1, 1, 'nothing')`,
    [workspace],
  );
  return workspace;
}

async function sweepWakes(workspaces: readonly string[]): Promise<number[]> {
  const { rows } = await world.database.pool.query<{ sweep_wakes: number }>(
    'select sweep_wakes from workspaces where id = any ($1) order by id',
    [workspaces],
  );
  return rows.map((row) => row.sweep_wakes);
}

async function sweepWorker(taskQueue: string, deps: GateActivityDeps): Promise<Worker> {
  return await Worker.create({
    connection: workers,
    namespace: world.client.options.namespace,
    taskQueue,
    workflowBundle: await gateWorkflowBundle(log),
    activities: createSweepActivities(deps),
  });
}

const startSweep = (taskQueue: string) =>
  world.client.workflow.start(SWEEP_WORKFLOW_TYPE, {
    workflowId: taskQueue,
    taskQueue,
    args: [],
    workflowExecutionTimeout: '60s',
  });

test('start times that Temporal does not tell keep no gate from its wake', async (t) => {
  const [unknown, waiting] = [await world.workspace(), await overdueWorkspace()];
  await world.database.pool.query(
    `insert into executions (id, workspace_id, seq, status, workflow_type, admitted_at)
     select gen_random_uuid(), $1, n, 'running', 'nothing', clock_timestamp() - interval '1 minute' from generate_series(1, 40) n`,
    [unknown],
  );
  const worker = await sweepWorker('sweep-without-start-times', { ...spoiled, client: world.client });
  proxy.freeze();
  t.after(() => proxy.mend());
  await worker.runUntil(async () => {
    const sweep = await startSweep('sweep-without-start-times');
    await eventually(async () => assert.deepEqual(await world.seqs(waiting, 'completed'), [1]), 8_000);
    const report = (await sweep.result()) as SweepReport;
    assert.deepEqual(report, { woken: 1, replaced: 0, failed: 0, startTimes: 0 });
  });
});

test('a step after the wakes that fails does not fail the sweep', async () => {
  const waiting = await overdueWorkspace();
  const startRecorder = {
    ...spoiled.startRecorder,
    record: () => Promise.reject(new Error('Postgres is away')),
  };
  const worker = await sweepWorker('sweep-with-a-failure', {
    ...spoiled,
    client: world.client,
    startRecorder,
  });
  await worker.runUntil(async () => {
    const report = (await (await startSweep('sweep-with-a-failure')).result()) as SweepReport;
    assert.deepEqual(report, { woken: 1, replaced: 0, failed: 0, startTimes: null });
  });
  await eventually(async () => assert.deepEqual(await world.seqs(waiting, 'completed'), [1]));
});

test('an attempt that is out of time wakes nobody more and counts nothing more', async (t) => {
  // No gate answers, so that every wake that is counted stays counted.
  await world.stopWorker();
  const workspaces = [];
  for (let n = 0; n < 60; n++) workspaces.push(await overdueWorkspace());
  const taskQueue = 'impatient-sweep';
  const ended: unknown[] = [];
  const { sweepWorkspaces } = createSweepActivities(spoiled);
  const worker = await Worker.create({
    connection: workers,
    namespace: world.client.options.namespace,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./impatient-sweep.js', import.meta.url)),
      logger: silentExceptFor(log),
    }),
    activities: {
      sweepWorkspaces: (after: string | null) =>
        sweepWorkspaces(after).finally(() => ended.push(performance.now())),
    },
  });
  proxy.slow(400);
  t.after(() => proxy.mend());
  await worker.runUntil(async () => {
    await assert.rejects(
      world.client.workflow.execute('impatientSweep', { workflowId: taskQueue, taskQueue, args: [] }),
      (error) => error instanceof WorkflowFailedError,
    );
    await eventually(() => assert.equal(ended.length, 2, 'both attempts have ended'), 2_000);
  });
  const wakes = await sweepWakes(workspaces);
  assert.ok(wakes.includes(1), 'the slow proxy lets some wakes through');
  assert.ok(wakes.includes(0), 'it did not go on to the end');
  assert.equal(Math.max(...wakes), 1, `one sweep counted more than one wake of a gate: ${wakes.join()}`);
});
