import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { executionWorkflowId, workspaceQueue } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import { childOf, gatePage, insertClaimed } from '../support/gates-and-children.ts';
import { completes, failsTask, rawPayload, startRawWorker } from '../support/raw-worker.ts';
import { type World, startWorld } from '../support/world.ts';

const { WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR: NON_DETERMINISTIC } =
  proto.temporal.api.enums.v1.WorkflowTaskFailedCause;

interface Stalled {
  reason: string;
  message: string;
  since: string;
  executions?: number;
}

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { STALLED_AFTER_SECONDS: '1' });
});
after(() => world.stop());

const stalledOf = async (path: string) =>
  (await world.call<{ stalled: Stalled | null }>('GET', path)).body.stalled;

async function metric(reason: string): Promise<number> {
  const { text } = await fetch(`${world.apiUrl}/metrics`).then(async (answer) => ({
    text: await answer.text(),
  }));
  return Number(
    new RegExp(`^sluice_stalled_executions\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1],
  );
}

const isStalled = async (workspace: string, id: string, reason: string) =>
  eventually(async () => {
    const execution = await world.execution(workspace, id);
    assert.equal((execution['stalled'] as Stalled | null)?.reason, reason);
    return execution;
  });

test('an execution whose workflow task fails says so, and so do its workspace, its gate, and a metric; and no more once it goes on', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  let answer = failsTask('no such version', NON_DETERMINISTIC);
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: () => answer,
    onError: () => {},
  });
  try {
    const [first, second] = [await world.enqueue(workspace, 'any'), await world.enqueue(workspace, 'any')];
    const { lastTaskFailure } = await isStalled(workspace, first.id, 'task-failing');
    const { cause, message, attempt, since } = lastTaskFailure as Record<string, unknown>;
    assert.deepEqual([cause, message], ['NON_DETERMINISTIC_ERROR', 'no such version']);
    assert.ok(Number(attempt) >= 1 && Date.parse(String(since)) <= Date.now());
    await isStalled(workspace, second.id, 'task-failing');
    for (const path of [`/v1/workspaces/${workspace}`, `/v1/workspaces/${workspace}/gate`]) {
      const stalled = await stalledOf(path);
      assert.deepEqual([stalled?.executions, stalled?.reason], [2, 'task-failing'], path);
      assert.ok(!stalled?.message.includes('no such version'), 'a summary has no text of a tenant');
    }
    const page = await world.call<{ items: { id: string; stalled: Stalled | null }[] }>(
      'GET',
      `/v1/workspaces/${workspace}/executions`,
    );
    assert.deepEqual(
      page.body.items.map(({ stalled }) => stalled?.reason),
      ['task-failing', 'task-failing'],
    );
    await eventually(async () => assert.equal(await metric('task-failing'), 2));
    await eventually(async () =>
      assert.match(await gatePage(world, workspace), /Stalled:\*\* 2 of them .*task-failing/),
    );

    answer = completes([rawPayload('json/plain', '1')]);
    for (const { id } of [first, second])
      await eventually(async () => {
        const execution = await world.execution(workspace, id);
        assert.deepEqual(
          [execution.status, execution['stalled'], execution['lastTaskFailure']],
          ['completed', null, null],
        );
      }, 60_000);
    assert.equal(await stalledOf(`/v1/workspaces/${workspace}`), null);
    await eventually(async () => assert.equal(await metric('task-failing'), 0));
    await eventually(async () => assert.doesNotMatch(await gatePage(world, workspace), /Stalled/));
    await eventually(async () =>
      assert.equal((await world.database.pool.query('select 1 from stalled_executions')).rowCount, 0),
    );
  } finally {
    await worker.stop();
  }
});

test('an execution whose task queue nobody polls says so, until a worker comes', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const { id } = await world.enqueue(workspace, 'any');
  const execution = await isStalled(workspace, id, 'no-worker');
  assert.equal(execution['lastTaskFailure'], null);
  assert.match((execution['stalled'] as Stalled).message, new RegExp(workspaceQueue(workspace)));
  assert.equal((await stalledOf(`/v1/workspaces/${workspace}/gate`))?.reason, 'no-worker');
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: () => completes([rawPayload('json/plain', '1')]),
  });
  try {
    await eventually(async () => assert.equal((await world.execution(workspace, id)).status, 'completed'));
    assert.equal(await stalledOf(`/v1/workspaces/${workspace}`), null);
  } finally {
    await worker.stop();
  }
});

test('an execution that waits for a signal, for a timer or for an activity that takes long is not stalled', async () => {
  const healthy = await world.workspace();
  const waits = await world.enqueue(healthy, 'untilTold');
  const works = await world.enqueue(healthy, 'restFor', 10_000);
  await eventually(async () => {
    const { pendingActivities } = (await childOf(world, works.id).describe()).raw;
    assert.equal(pendingActivities?.length, 1);
  });
  // Admitted later and seen as stalled twice: by then a round has judged the healthy ones.
  const other = await world.workspace({ tier: 'pro', workers: 'external' });
  const { id } = await world.enqueue(other, 'any');
  const seenAt = async () => {
    const { rows } = await world.database.pool.query<{ seen_at: Date }>(
      'select seen_at from stalled_executions where execution_id = $1',
      [id],
    );
    assert.equal(rows.length, 1);
    return rows[0]!.seen_at.getTime();
  };
  const first = await eventually(seenAt);
  await eventually(async () => assert.ok((await seenAt()) > first));
  for (const execution of [waits, works]) {
    const { status, ...seen } = await world.execution(healthy, execution.id);
    assert.deepEqual([status, seen['stalled']], ['running', null]);
  }
  await childOf(world, id).terminate();
  await world.finish(waits.id);
  await eventually(async () => assert.equal((await world.execution(healthy, works.id)).status, 'completed'));
});

test('an execution whose memo cannot be read says so', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const id = await insertClaimed(world, workspace, { admittedAgo: '1 minute' });
  const unreadable = rawPayload('binary/encrypted', 'x');
  await world.client.workflowService.startWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowId: executionWorkflowId(id),
    requestId: id,
    workflowType: { name: 'any' },
    taskQueue: { name: workspaceQueue(workspace) },
    // Without a task: what nobody polls would be the reason.
    workflowStartDelay: msToTs('1 hour'),
    memo: {
      fields: { sluiceDeployment: unreadable, sluiceWorkspace: unreadable, sluiceExecution: unreadable },
    },
  });
  await isStalled(workspace, id, 'unreadable-memo');
  await childOf(world, id).terminate();
});
