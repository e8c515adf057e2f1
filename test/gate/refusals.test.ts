import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { GateActivityDeps } from '../../src/activities/gate-activity-deps.ts';
import { sweepPage } from '../../src/activities/sweep/sweep-page.ts';
import { watchExecution } from '../../src/activities/gate/watch-execution.ts';
import { deploymentId } from '../../src/db/installation/deployment.ts';
import { findOverdueWorkspaces } from '../../src/db/sweep/find-overdue-workspaces.ts';
import { recordSweepWake } from '../../src/db/sweep/record-sweep-wake.ts';
import { NOT_FOUND_RULE } from '../../src/domain/not-found.ts';
import { executionWorkflowId, gateWorkflowId } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import { eventually } from '../support/eventually.ts';
import { noMeasures } from '../support/measures.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

const log = createLog({ level: 'silent', process: 'test' });
const RESOURCE_EXHAUSTED = 8;

function refusal(): Error {
  return Object.assign(new Error('namespace count limit exceeded'), {
    code: RESOURCE_EXHAUSTED,
    details: 'namespace count limit exceeded',
    metadata: {},
  });
}

/** The real client, but that some of its calls are refused as the server does when a limit is reached. */
function refusing<T extends object>(real: T, calls: { [name in keyof T]?: unknown }): T {
  return new Proxy(real, {
    get: (target, name) => {
      const value: unknown = name in calls ? calls[name as keyof T] : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

test('when the server grants no long poll, an adopted execution is looked at now and then, and its end is found', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => {
    const found = await world.client.workflow.getHandle(executionWorkflowId(id)).describe();
    assert.ok(found.status.name === 'RUNNING' && found.historyLength > 1);
  });
  let refused = 0;
  const workflowService = refusing(world.client.workflowService, {
    getWorkflowExecutionHistory: (request: { waitNewEvent?: boolean }) => {
      if (!request.waitNewEvent) return world.client.workflowService.getWorkflowExecutionHistory(request);
      refused++;
      return Promise.reject(refusal());
    },
  });
  const client = refusing(world.client, { workflowService });
  const turn = new AbortController();
  const watching = watchExecution(
    {
      client,
      log,
      notFoundRule: NOT_FOUND_RULE,
      requireInstallation: async () => {},
      retentionSeconds: 86_400,
    },
    { deployment: await deploymentId(world.database.db), workspaceId: workspace, executions: [] },
    { executionId: id, startRecorded: true },
    { signal: turn.signal, started: () => {}, notFound: () => {} },
  );
  await eventually(() => assert.equal(refused, 1));
  await world.finish(id, 'found');
  const closed = await eventually(() => watching);
  assert.equal(closed?.outcome.result, '"found"');
  assert.equal(refused, 1, 'not asked again and again');
});

test('a sweep that cannot wake one workspace wakes the others', async () => {
  const [bad, good] = [await world.workspace(), await world.workspace()];
  for (const workspace of [bad, good]) {
    await world.database.pool.query(
      `with w as (update workspaces set last_seq = 1, pending = 1, created_at = now() - interval '1 hour' where id = $1)
       insert into executions (id, workspace_id, seq, workflow_type) values (gen_random_uuid(), $1, 1, 'nothing')`,
      [workspace],
    );
  }
  const workflow = refusing(world.client.workflow, {
    signalWithStart: (type: string, options: { workflowId: string }) =>
      options.workflowId === gateWorkflowId(bad)
        ? Promise.reject(refusal())
        : world.client.workflow.signalWithStart(type, options as never),
  });
  const deps = {
    config: world.config,
    log,
    client: refusing(world.client, { workflow }),
    database: world.database,
    sequenceInbox: async () => {},
    measures: noMeasures,
  } as unknown as GateActivityDeps;
  const page = await sweepPage(deps, null, new AbortController().signal);
  assert.equal(page.failed, 1);
  await eventually(async () => assert.deepEqual(await world.seqs(good, 'completed'), [1]));
});

test('the sweep backs off from a workspace whose gate does not reconcile, and a reconcile clears it', async () => {
  const workspace = await world.workspace();
  const intervalSeconds = 10;
  const { pool } = world.database;
  await pool.query(
    `update workspaces set pending = 1, last_seq = 1, created_at = now() - interval '1 hour' where id = $1`,
    [workspace],
  );
  const waits: number[] = [];
  for (let sweepWakes = 0; sweepWakes < 11; sweepWakes++) {
    const read = { id: workspace, sweepWakes, reconciledAt: null };
    assert.ok(await recordSweepWake(world.database.db, read, { intervalSeconds }));
    const { rows } = await pool.query<{ wait: string | null }>(
      'select round(extract(epoch from sweep_after - clock_timestamp())) as wait from workspaces where id = $1',
      [workspace],
    );
    waits.push(Number(rows[0]!.wait ?? 0));
  }
  assert.deepEqual(waits, [5, 5, 20, 40, 80, 160, 320, 640, 640, 640, 640]);
  // By two sweeps that read the same, and by one that read before a reconcile, nothing is counted.
  const lateSweep = { id: workspace, sweepWakes: 10, reconciledAt: null };
  assert.equal(await recordSweepWake(world.database.db, lateSweep, { intervalSeconds }), false);
  const overdue = () =>
    findOverdueWorkspaces(world.database.db, { after: null, intervalSeconds, limit: 100 });
  assert.ok(!(await overdue()).some(({ id }) => id === workspace), 'left alone while it waits');
  await world.enqueue(workspace, 'nothing');
  await eventually(async () => {
    const { rows } = await pool.query('select sweep_wakes, sweep_after from workspaces where id = $1', [
      workspace,
    ]);
    assert.deepEqual(rows, [{ sweep_wakes: 0, sweep_after: null }]);
  });
  const beforeReconcile = { id: workspace, sweepWakes: 0, reconciledAt: null };
  assert.equal(await recordSweepWake(world.database.db, beforeReconcile, { intervalSeconds }), false);
});

test('an execution whose input is no longer in the database fails and is not started without it; its slot passes on', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(workspace, 'untilTold');
  const lost = await world.enqueue(workspace, 'echo', 'lost');
  await world.enqueue(workspace, 'echo', 'kept');
  await world.database.pool.query('delete from payloads where execution_id = $1', [lost.id]);
  await world.finish(first.id);
  await eventually(async () => assert.deepEqual(await world.seqs(workspace, 'completed'), [1, 3]));
  const { status, failure } = await world.execution(workspace, lost.id);
  assert.deepEqual([status, failure?.type], ['failed', 'InputLost']);
  await assert.rejects(world.client.workflow.getHandle(executionWorkflowId(lost.id)).describe(), {
    name: 'WorkflowNotFoundError',
  });
});
