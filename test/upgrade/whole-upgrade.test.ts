import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { executionWorkflowId, workspaceQueue } from '../../src/domain/names.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { completes, rawPayload, type RawWorker, startRawWorker } from '../support/raw-worker.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';
import { BEFORE_THE_LEDGER } from './kept-database.ts';
import { turnBack } from './turn-back.ts';

const PATIENCE_MS = 60_000;

let database: TestDatabase;
let world: World;
let foreign: RawWorker | null = null;
let foreignClient: Client | null = null;
before(async () => {
  database = await createTestDatabase();
  world = await start();
});
after(async () => {
  await foreign?.stop();
  await foreignClient?.connection.close();
  await world.stop();
  await database.drop();
});

const start = () =>
  startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '1' }, { databaseUrl: database.url });

const child = ({ id }: ExecutionBody) => world.client.workflow.getHandle(executionWorkflowId(id));

async function post(
  workspace: string,
  workflowType: string,
  input: unknown,
  key: string,
): Promise<{ status: number; body: ExecutionBody }> {
  const path = `/v1/workspaces/${workspace}/executions`;
  return await world.call<ExecutionBody>('POST', path, { workflowType, input }, { 'idempotency-key': key });
}

async function accepted(workspace: string, workflowType: string, count: number): Promise<ExecutionBody[]> {
  const executions = [];
  for (let n = 1; n <= count; n++) {
    const { status, body } = await post(workspace, workflowType, { n }, `${workspace} ${n}`);
    assert.equal(status, 202);
    executions.push(body);
  }
  return executions;
}

async function recorded(workspace: string, executions: readonly ExecutionBody[]): Promise<void> {
  for (const { id } of executions)
    await eventually(async () => {
      const { status, runId } = await world.execution(workspace, id);
      assert.ok(status === 'running' && runId);
    });
}

/** API and workers stop, and children go on: the database is that of the release before, then it is migrated. */
async function upgradeWithProcessesStopped(meanwhile: () => Promise<void>): Promise<string[]> {
  await world.stopApi();
  await world.stopWorker();
  // Gates of the release before know nothing of events, and those of today have heard of some.
  for (const id of ['ws-1', 'ws-2']) await world.gate(id).terminate('they are of the release before');
  await meanwhile();
  await world.stop();
  await turnBack(database.url, BEFORE_THE_LEDGER);
  const said: string[] = [];
  await migrateDatabase(database.url, DEFAULT_TIER_CONFIGS, (line) => said.push(line));
  world = await start();
  return said;
}

test('an upgrade with API and workers stopped: children go on, all executions end once, and keys are still known', async () => {
  const pool = await world.workspace({ tier: 'pro', limitOverride: 2 });
  const external = await world.workspace({ tier: 'pro', limitOverride: 2, workers: 'external' });
  let mayEnd = false;
  // A connection of its own: it goes on while the world stops and starts.
  foreignClient = await connectTemporalClient(world.temporal);
  foreign = startRawWorker({
    client: foreignClient,
    taskQueue: workspaceQueue(external),
    workflows: () => (mayEnd ? completes([rawPayload('json/plain', '"ended"')]) : { commands: [] }),
  });
  const ended = await post(pool, 'echo', { text: ' \u20ac ' }, 'ended');
  const before = await eventually(async () => {
    const execution = await world.execution(pool, ended.body.id);
    assert.ok(execution.status === 'completed' && execution.startedAt);
    return execution;
  });
  const executions = {
    [pool]: await accepted(pool, 'untilTold', 5),
    [external]: await accepted(external, 'any', 5),
  };
  for (const [workspace, all] of Object.entries(executions)) await recorded(workspace, all.slice(0, 2));

  const said = await upgradeWithProcessesStopped(async () => {
    mayEnd = true;
    // Their ends come while nobody is there to hear of them.
    for (const execution of executions[external]!.slice(0, 2)) {
      await child(execution).signal('wake');
      await eventually(async () =>
        assert.equal((await child(execution).describe()).status.name, 'COMPLETED'),
      );
    }
  });
  assert.ok(said.includes('moving 11 of 11 executions to the tables of this version'), said.join('\n'));

  assert.deepEqual(await world.execution(pool, ended.body.id), before);
  const repeated = await post(pool, 'echo', { text: ' \u20ac ' }, 'ended');
  assert.deepEqual([repeated.status, repeated.body.id], [200, ended.body.id]);
  assert.equal((await post(pool, 'echo', { text: 'other' }, 'ended')).status, 422);
  assert.equal((await post(pool, 'untilTold', { n: 5 }, `${pool} 5`)).status, 200);

  for (const { id } of executions[pool]!) await world.finish(id, 'told');
  for (const [workspace, all] of Object.entries(executions))
    for (const execution of all) {
      await eventually(
        async () => assert.equal((await world.execution(workspace, execution.id)).status, 'completed'),
        PATIENCE_MS,
      );
      const { raw, runId } = await child(execution).describe();
      assert.equal(raw.workflowExecutionInfo?.firstRunId, runId, 'it ran once');
    }
  const report = await auditDeployment({
    database: world.database,
    client: world.client,
    graceSeconds: 60,
    maxIdleSlotSeconds: 60,
  });
  assert.deepEqual(
    report.checks.flatMap(({ breaches }) => breaches),
    [],
  );
});
