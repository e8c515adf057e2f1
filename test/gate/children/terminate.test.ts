import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTerminateExecutions } from '../../../src/activities/gate/terminate-executions.ts';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { createLog } from '../../../src/process/log.ts';
import { eventually } from '../../support/eventually.ts';
import {
  childOf,
  insertClaimed,
  runningExecution,
  startClaimed,
  statusOf,
} from '../../support/gates-and-children.ts';
import { failsTask, goesOn, startRawWorker } from '../../support/raw-worker.ts';
import { type World, startWorld } from '../../support/world.ts';

const SWEEP_INTERVAL_SECONDS = 2;
/** An interval until it is overdue, one until the sweep comes, and room for a slow machine. */
const WITHIN_MS = 7 * SWEEP_INTERVAL_SECONDS * 1000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: String(SWEEP_INTERVAL_SECONDS) });
});
after(() => world.stop());

const ask = (verb: 'cancel' | 'terminate', workspace: string, id: string) =>
  world.call('POST', `/v1/workspaces/${workspace}/executions/${id}/${verb}`);

test('a running execution that ignores its cancellation is terminated through its gate, and its slot passes to the next', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1, workers: 'external' });
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: () => failsTask('by the test'),
  });
  try {
    const stuck = await world.enqueue(workspace, 'stuck');
    const next = await world.enqueue(workspace, 'stuck');
    await eventually(async () => assert.ok((await world.execution(workspace, stuck.id)).runId));
    assert.equal((await ask('cancel', workspace, stuck.id)).status, 202);
    await eventually(async () => {
      const { rows } = await world.database.pool.query(
        'select 1 from all_executions where id = $1 and cancel_delivered_at is not null',
        [stuck.id],
      );
      assert.equal(rows.length, 1);
    });
    assert.equal(await statusOf(world, workspace, stuck.id), 'running');
    const answers = [
      await ask('terminate', workspace, stuck.id),
      await ask('terminate', workspace, stuck.id),
    ];
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body['terminateRequested']]),
      [
        [202, true],
        [202, true],
      ],
    );
    await eventually(async () => {
      const { status, failure } = await world.execution(workspace, stuck.id);
      assert.deepEqual(
        [status, failure],
        ['terminated', { type: 'Terminated', message: 'Terminated on request.' }],
      );
    });
    await eventually(async () => assert.equal(await statusOf(world, workspace, next.id), 'running'));
    assert.equal((await ask('terminate', workspace, stuck.id)).status, 200);
    await ask('terminate', workspace, next.id);
    await eventually(async () => assert.equal(await statusOf(world, workspace, next.id), 'terminated'));
    const { rows } = await world.database.pool.query(
      'select count(*)::integer as delivered from all_executions where workspace_id = $1 and terminate_delivered_at is not null',
      [workspace],
    );
    assert.deepEqual(rows, [{ delivered: 2 }]);
  } finally {
    await worker.stop();
  }
});

test('a pending execution that is terminated never starts, and those behind it keep their order', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const [first, second, third] = [
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'nothing'),
  ];
  await eventually(async () => assert.equal(await statusOf(world, workspace, first.id), 'running'));
  const { status, body } = await ask('terminate', workspace, second.id);
  assert.deepEqual([status, body['status'], body['admittedAt']], [200, 'terminated', null]);
  await world.finish(first.id);
  await eventually(async () => assert.equal(await statusOf(world, workspace, third.id), 'completed'));
  await assert.rejects(childOf(world, second.id).describe(), { name: 'WorkflowNotFoundError' });
});

test('an adopted execution is terminated, though the wake was lost', async () => {
  const workspace = await world.workspace();
  const { id } = await runningExecution(world, workspace);
  await eventually(async () => assert.ok((await world.execution(workspace, id)).runId));
  await world.gate(workspace).terminate();
  // As the API writes it, had it died before it woke the gate.
  await world.database.pool.query(
    'update executions set terminate_requested_at = clock_timestamp() where id = $1',
    [id],
  );
  await eventually(async () => assert.equal(await statusOf(world, workspace, id), 'terminated'), WITHIN_MS);
});

test('a workflow that only has the id of an execution is not terminated', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: () => goesOn,
  });
  try {
    const id = await insertClaimed(world, workspace);
    await startClaimed(world, 'another-workspace', id);
    const { rows } = await world.database.pool.query<{ id: string }>('select id from deployment');
    const terminateExecutions = createTerminateExecutions({
      client: world.client,
      log: createLog({ level: 'silent', process: 'test' }),
    });
    const request = { deployment: rows[0]!.id, workspaceId: workspace, executionIds: [id] };
    assert.deepEqual(await terminateExecutions(request), { delivered: [id] });
    assert.equal((await childOf(world, id).describe()).status.name, 'RUNNING');
    await terminateExecutions({ ...request, workspaceId: 'another-workspace' });
    assert.equal((await childOf(world, id).describe()).status.name, 'TERMINATED');
  } finally {
    await worker.stop();
  }
});
