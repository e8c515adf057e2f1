import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Long from 'long';
import { executionWorkflowId, workspaceQueue } from '../../../src/domain/names.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import {
  SHORT_NOT_FOUND_RULE,
  childOf,
  runningExecution,
  statusOf,
  wake,
} from '../../support/gates-and-children.ts';
import { type ExecutionBody, type World, startWorld } from '../../support/world.ts';

/** Low, so that a gate continues as new several times within one test. */
const CONTINUE_AFTER_EVENTS = 40;

let world: World;
before(async () => {
  world = await startWorld(
    import.meta.url,
    { GATES_CONTINUE_AS_NEW_AFTER_EVENTS: String(CONTINUE_AFTER_EVENTS), SWEEP_INTERVAL_SECONDS: '1' },
    undefined,
    { notFoundRule: SHORT_NOT_FOUND_RULE },
  );
});
after(() => world.stop());

const child = ({ id }: ExecutionBody) => childOf(world, id);
const status = (workspace: string, { id }: ExecutionBody) => statusOf(world, workspace, id);

async function gateRuns(workspace: string): Promise<number> {
  let runs = 0;
  for await (const _ of world.client.workflow.list({ query: `WorkflowId = 'gate.${workspace}'` })) runs++;
  return runs;
}

/** Ends the open run of a gate and gives the next one a reason to begin. */
async function killGate(workspace: string): Promise<void> {
  await world.gate(workspace).terminate('by the test');
}

test('a gate continues as new under load with children in flight, and no slot is lost', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 3 });
  const executions: ExecutionBody[] = [];
  for (let i = 0; i < 40; i++) executions.push(await world.enqueue(workspace, 'untilTold', i));
  for (const execution of executions) {
    await eventually(async () => assert.equal((await child(execution).describe()).status.name, 'RUNNING'));
    assert.ok((await world.seqs(workspace, 'running')).length <= 3);
    await world.finish(execution.id);
  }
  await eventuallyEqual(async () => (await world.seqs(workspace, 'completed')).length, 40);
  for (const execution of executions.slice(0, 5)) {
    assert.equal((await world.execution(workspace, execution.id)).result, execution.seq! - 1);
  }
  await eventually(async () =>
    assert.ok((await gateRuns(workspace)) >= 4, 'continued as new at least three times'),
  );
});

test('a terminated gate is begun again by the sweep; its children live on and are adopted', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await runningExecution(world, workspace);
  const second = await world.enqueue(workspace, 'untilTold');
  await killGate(workspace);
  await world.finish(first.id, 'kept');
  await eventually(async () => assert.equal(await status(workspace, second), 'running'));
  assert.equal((await world.execution(workspace, first.id)).result, 'kept');
  await world.finish(second.id);
  await eventually(async () => assert.equal(await status(workspace, second), 'completed'));
});

test('cancelling a gate touches no child: the gate continues as new and goes on', async () => {
  const workspace = await world.workspace();
  const execution = await runningExecution(world, workspace);
  const runBefore = (await world.gate(workspace).describe()).runId;
  await world.gate(workspace).cancel();
  await eventually(async () => assert.notEqual((await world.gate(workspace).describe()).runId, runBefore));
  assert.equal((await child(execution).describe()).status.name, 'RUNNING');
  assert.equal((await world.gate(workspace).describe()).status.name, 'RUNNING');
  const { status: before } = await world.client.workflow.getHandle(`gate.${workspace}`, runBefore).describe();
  assert.equal(before.name, 'CONTINUED_AS_NEW', 'by itself, without the sweep');
  await world.finish(execution.id);
  await eventually(async () => assert.equal(await status(workspace, execution), 'completed'));
});

test('each way to end is recorded for an adopted child too', async () => {
  const workspace = await world.workspace();
  const executions = [];
  for (let i = 0; i < 4; i++) executions.push(await runningExecution(world, workspace));
  await killGate(workspace);
  const [completes, fails, cancelled, terminated] = executions as [
    ExecutionBody,
    ExecutionBody,
    ExecutionBody,
    ExecutionBody,
  ];
  await wake(world, workspace);
  await world.finish(completes.id, { big: 1 });
  await child(fails).signal('fail', 'as told');
  await child(cancelled).cancel();
  await child(terminated).terminate('by the test');
  await eventually(async () =>
    assert.deepEqual((await world.execution(workspace, completes.id)).result, { big: 1 }),
  );
  await eventuallyEqual(async () => (await world.execution(workspace, fails.id)).failure, {
    type: 'ToldToFail',
    message: 'as told',
  });
  await eventually(async () => assert.equal(await status(workspace, cancelled), 'cancelled'));
  await eventuallyEqual(async () => (await world.execution(workspace, terminated.id)).failure, {
    type: 'Terminated',
    message: 'by the test',
  });
});

test('an adopted child is followed through its own continue-as-new', async () => {
  const workspace = await world.workspace();
  const execution = await runningExecution(world, workspace, 'input');
  await killGate(workspace);
  await wake(world, workspace);
  await child(execution).signal('moveOn');
  await eventually(async () => {
    const { raw, runId } = await child(execution).describe();
    assert.notEqual(raw.workflowExecutionInfo?.firstRunId, runId);
  });
  assert.equal(await status(workspace, execution), 'running');
  await world.finish(execution.id);
  await eventually(async () =>
    assert.equal((await world.execution(workspace, execution.id)).result, 'input'),
  );
});

for (const [which, adopted] of [
  ["a gate's own child", false],
  ['an adopted child', true],
] as const) {
  test(`${which} that an operator resets keeps its slot until its new run ends`, () =>
    resetKeepsSlot(adopted));
}

async function resetKeepsSlot(adopted: boolean): Promise<void> {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const execution = await runningExecution(world, workspace);
  if (adopted) {
    await killGate(workspace);
    await wake(world, workspace);
    await eventually(async () => {
      const { raw } = await world.gate(workspace).describe();
      assert.equal(raw.pendingActivities?.length, 1, 'the watch is under way');
    });
  }
  const next = await world.enqueue(workspace, 'untilTold');
  const { workflowService } = world.client;
  const { runId } = await child(execution).describe();
  await eventually(async () => {
    const history = await child(execution).fetchHistory();
    assert.ok(history.events?.some((event) => event.workflowTaskCompletedEventAttributes));
  });
  const reset = (await workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(execution.id), runId },
    reason: 'by the test',
    workflowTaskFinishEventId: Long.fromNumber(3),
    requestId: `reset-${runId}`,
  })) as { runId: string };
  assert.notEqual(reset.runId, runId);
  await eventually(async () => assert.equal((await child(execution).describe()).runId, reset.runId));
  await wake(world, workspace);
  assert.deepEqual(await world.seqs(workspace, 'running'), [1]);
  await world.finish(execution.id, 'after the reset');
  await eventually(async () =>
    assert.equal((await world.execution(workspace, execution.id)).result, 'after the reset'),
  );
  await eventually(async () => assert.equal(await status(workspace, next), 'running'));
  await world.finish(next.id);
}

test('a foreign workflow under our id fails that row alone', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await runningExecution(world, workspace);
  const taken = await world.enqueue(workspace, 'untilTold');
  const last = await world.enqueue(workspace, 'echo');
  await world.client.workflow.start('untilTold', {
    workflowId: executionWorkflowId(taken.id),
    taskQueue: workspaceQueue(workspace),
    args: [],
  });
  await world.finish(first.id);
  await eventually(async () =>
    assert.equal((await world.execution(workspace, taken.id)).failure?.type, 'WorkflowIdTaken'),
  );
  await eventually(async () => assert.equal(await status(workspace, last), 'completed'));
  assert.equal((await child(taken).describe()).status.name, 'RUNNING', 'it is left alone');
  await child(taken).terminate();
});

test('an execution that Temporal has forgotten is failed as unknown and never run again', async () => {
  const workspace = await world.workspace();
  const execution = await runningExecution(world, workspace);
  await eventually(async () => assert.notEqual((await world.execution(workspace, execution.id)).runId, null));
  await killGate(workspace);
  await world.client.workflowService.deleteWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(execution.id) },
  });
  await eventually(() => assert.rejects(child(execution).describe(), { name: 'WorkflowNotFoundError' }));
  await wake(world, workspace);
  await eventually(async () =>
    assert.equal((await world.execution(workspace, execution.id)).failure?.type, 'OutcomeUnknown'),
  );
  await assert.rejects(child(execution).describe(), { name: 'WorkflowNotFoundError' });
});

test('a wake that was lost is made good by the sweep', async () => {
  const workspace = await world.workspace();
  await world.database.pool.query(
    `with w as (update workspaces set last_seq = 1, pending = 1 where id = $1)
     insert into executions (id, workspace_id, seq, workflow_type) values (gen_random_uuid(), $1, 1, 'nothing')`,
    [workspace],
  );
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
});

test('a gate that is stuck is replaced by the sweep, and its children live on', async () => {
  const workspace = await world.workspace();
  // A workflow under the gate's id that no gate's worker serves: it takes signals and never reconciles.
  await world.client.workflow.start('WorkspaceGateWorkflow', {
    workflowId: `gate.${workspace}`,
    taskQueue: 'nobody-polls-this',
    args: [{ workspaceId: workspace }],
  });
  const execution = await world.enqueue(workspace, 'nothing');
  await eventually(async () => assert.equal(await status(workspace, execution), 'completed'), 30_000);
});
