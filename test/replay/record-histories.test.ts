import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Long from 'long';
import {
  SWEEP_SCHEDULE_ID,
  executionWorkflowId,
  gateWorkflowId,
  workspaceQueue,
} from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';
import { changedGateBundle } from './changed-gate-bundle.ts';
import { writeHistory } from './history-file.ts';

// Not a part of the run: `node tools/record-histories.mjs` runs it. Each test drives the product into one situation and writes the
// history of the gate that went through it.

let world: World;
before(async () => {
  // The sweep comes when a test calls it, so that its wakes do not stand in every history.
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '3600' });
});
after(() => world.stop());

const child = (id: string) => world.client.workflow.getHandle(executionWorkflowId(id));
const wake = (workspace: string) => signalGate(world.client, workspace, 'wake');
const runOf = async (workspace: string) => (await world.gate(workspace).describe()).runId;

async function enqueueRunning(workspace: string, count: number): Promise<ExecutionBody[]> {
  const executions = [];
  for (let n = 1; n <= count; n++) executions.push(await world.enqueue(workspace, 'untilTold', { n }));
  for (const { id } of executions)
    await eventually(async () => assert.equal((await child(id).describe()).status.name, 'RUNNING'));
  return executions;
}

async function finishAll(workspace: string, executions: readonly ExecutionBody[]): Promise<void> {
  for (const { id } of executions) await world.finish(id);
  await ended(workspace);
}

async function ended(workspace: string): Promise<void> {
  await eventually(async () => {
    assert.deepEqual(await world.seqs(workspace, 'pending'), []);
    assert.deepEqual(await world.seqs(workspace, 'running'), []);
  }, 90_000);
}

/** The gate has done all that it can: nothing that it waits for is on its way. */
async function settled(workspace: string): Promise<void> {
  await eventually(async () => {
    const { raw } = await world.gate(workspace).describe();
    assert.equal(raw.pendingWorkflowTask ?? null, null);
  });
}

async function record(what: string, workspace: string, runId?: string): Promise<void> {
  const gate = world.client.workflow.getHandle(gateWorkflowId(workspace), runId ?? (await runOf(workspace)));
  if (runId === undefined) await settled(workspace);
  writeHistory(what, await gate.fetchHistory());
}

async function watching(workspace: string): Promise<void> {
  await eventually(async () => {
    const { raw } = await world.gate(workspace).describe();
    assert.equal(raw.pendingActivities?.length, 1);
  });
}

async function resetToStart(id: string): Promise<void> {
  const { runId } = await child(id).describe();
  await eventually(async () => {
    const { events } = await child(id).fetchHistory();
    assert.ok(events?.some((event) => event.workflowTaskCompletedEventAttributes));
  });
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(id), runId },
    reason: 'by the recorder',
    workflowTaskFinishEventId: Long.fromNumber(3),
    requestId: `reset-${runId}`,
  });
}

test('adoption after a terminated run', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 3 });
  const executions = await enqueueRunning(workspace, 3);
  const waiting = await world.enqueue(workspace, 'untilTold');
  await world.gate(workspace).terminate('by the recorder');
  await wake(workspace);
  await watching(workspace);
  await finishAll(workspace, [...executions, waiting]);
  await record('adopted what a terminated run had started', workspace);
});

test('resize by signal', async () => {
  const workspace = await world.workspace();
  const executions = await enqueueRunning(workspace, 5);
  for (let n = 0; n < 3; n++) executions.push(await world.enqueue(workspace, 'untilTold'));
  await world.gate(workspace).signal('resize', 7);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 7);
  await world.gate(workspace).signal('resize', 'seven');
  await world.gate(workspace).signal('noSuchSignal', 7);
  await world.call('PATCH', `/v1/workspaces/${workspace}`, { tier: 'enterprise' });
  await world.gate(workspace).signal('resize', null);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 8);
  await finishAll(workspace, executions);
  await record('was resized by signal', workspace);
});

test('cancel of executions', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const [running] = await enqueueRunning(workspace, 1);
  const pending = await world.enqueue(workspace, 'untilTold');
  const next = await world.enqueue(workspace, 'echo', 1);
  for (const { id } of [pending, running!])
    await world.call('POST', `/v1/workspaces/${workspace}/executions/${id}/cancel`);
  await ended(workspace);
  assert.deepEqual(await world.seqs(workspace, 'cancelled'), [running!.seq, pending.seq]);
  assert.deepEqual(await world.seqs(workspace, 'completed'), [next.seq]);
  await record('cancelled an execution', workspace);
});

test('continue-as-new with children in flight', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 3 });
  await world.stopWorker();
  const often = await startWorker(
    { ...world.config, GATES_CONTINUE_AS_NEW_AFTER_EVENTS: 40 },
    createLog({ level: 'fatal', process: 'test' }),
    world.temporal,
  );
  await wake(workspace);
  const first = await runOf(workspace);
  const executions = await enqueueRunning(workspace, 3);
  for (let n = 0; n < 7; n++) executions.push(await world.enqueue(workspace, 'untilTold'));
  let finished = 0;
  while ((await runOf(workspace)) === first) {
    const { id } = executions[finished++]!;
    await world.finish(id);
    await eventually(async () => assert.equal((await world.execution(workspace, id)).status, 'completed'));
  }
  const second = await runOf(workspace);
  await record('continued as new with children in flight', workspace, first);
  await finishAll(workspace, executions.slice(finished));
  await record('adopted what it had started before it continued as new', workspace, second);
  await often.stop();
  await world.startWorker();
});

test('a child that is reset', async () => {
  const workspace = await world.workspace();
  const [execution] = await enqueueRunning(workspace, 1);
  await resetToStart(execution!.id);
  await wake(workspace);
  await finishAll(workspace, [execution!]);
  await record('had a child reset', workspace);
});

test('a watch given up for a larger one', async () => {
  const workspace = await world.workspace();
  const [adopted] = await enqueueRunning(workspace, 1);
  await world.gate(workspace).terminate('by the recorder');
  await wake(workspace);
  await watching(workspace);
  const [later] = await enqueueRunning(workspace, 1);
  // A gate looks before it believes that a child was terminated, so it has one more to watch.
  await child(later!.id).terminate('by the recorder');
  await eventually(async () => {
    const { events } = await world.gate(workspace).fetchHistory();
    assert.ok(events?.some((event) => event.activityTaskCancelRequestedEventAttributes));
  });
  await finishAll(workspace, [adopted!]);
  await record('gave a watch up for a larger one', workspace);
});

test('waited for Postgres', async () => {
  const workspace = await world.workspace();
  const [execution] = await enqueueRunning(workspace, 1);
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('select 1 from workspaces where id = $1 for update', [workspace]);
    await world.finish(execution!.id);
    await eventually(async () => {
      const { events } = await world.gate(workspace).fetchHistory();
      assert.ok(events?.some((event) => event.timerFiredEventAttributes));
    }, 60_000);
    await blocker.query('commit');
  } finally {
    blocker.release();
  }
  await ended(workspace);
  await record('waited for Postgres', workspace);
});

test('request cancellation of the gate', async () => {
  const workspace = await world.workspace();
  const executions = await enqueueRunning(workspace, 2);
  const first = await runOf(workspace);
  await world.gate(workspace).cancel();
  await eventually(async () => assert.notEqual(await runOf(workspace), first));
  await record('was cancelled', workspace, first);
  await finishAll(workspace, executions);
});

test('outcomes of every kind', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 4 });
  const executions = await enqueueRunning(workspace, 4);
  const taken = await world.enqueue(workspace, 'nothing');
  await world.client.workflow.start('nothing', {
    workflowId: executionWorkflowId(taken.id),
    taskQueue: workspaceQueue(workspace),
    args: [],
  });
  const [completes, fails, cancelled, terminated] = executions.map(({ id }) => id);
  await world.finish(completes!, { done: true });
  await child(fails!).signal('fail', 'as told');
  await child(cancelled!).cancel();
  await child(terminated!).terminate('by the recorder');
  await world.enqueue(workspace, 'nothing');
  await world.enqueue(workspace, 'large', 1_000);
  await ended(workspace);
  await record('had children of every outcome', workspace);
});

test('replaced by the sweep', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 2 });
  const executions = await enqueueRunning(workspace, 2);
  executions.push(await world.enqueue(workspace, 'untilTold'));
  await settled(workspace);
  await world.gate(workspace).terminate('by the recorder');
  // It takes signals and never reconciles, because no worker serves it.
  await world.client.workflow.start('WorkspaceGateWorkflow', {
    workflowId: gateWorkflowId(workspace),
    taskQueue: 'nobody-polls-this',
    args: [{ workspaceId: workspace }],
  });
  const stuck = await runOf(workspace);
  await world.database.pool.query(
    `update workspaces set reconciled_at = now() - interval '1 day', sweep_wakes = 2 where id = $1`,
    [workspace],
  );
  await world.client.schedule.getHandle(SWEEP_SCHEDULE_ID).trigger();
  await eventually(async () => assert.notEqual(await runOf(workspace), stuck));
  await finishAll(workspace, executions);
  await record('took the place of one that was stuck', workspace);
});

test('restarted after a run of other code', async () => {
  await world.stopWorker();
  await world.startWorker({ gateBundle: await changedGateBundle() });
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 2 });
  const executions = await enqueueRunning(workspace, 2);
  executions.push(await world.enqueue(workspace, 'untilTold'));
  const other = await runOf(workspace);
  await world.stopWorker();
  await world.startWorker();
  await wake(workspace);
  await eventually(async () => assert.notEqual(await runOf(workspace), other), 60_000);
  await finishAll(workspace, executions);
  await record('restarted after a run of other code', workspace);
});
