import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { snapshotQuery } from '../../src/workflows/gate/contract.ts';
import { eventually } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

const { ResetReapplyExcludeType } = proto.temporal.api.enums.v1;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

const child = (id: string) => world.client.workflow.getHandle(executionWorkflowId(id));
const status = async (workspace: string, id: string) => (await world.execution(workspace, id)).status;

async function runningExecution(workspace: string): Promise<ExecutionBody> {
  const execution = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => assert.equal((await child(execution.id).describe()).status.name, 'RUNNING'));
  await eventually(async () => assert.ok((await world.execution(workspace, execution.id)).runId));
  return execution;
}

test('a gate that is reset to its newest workflow task still hears the end of the child that it had started', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const execution = await runningExecution(workspace);
  await resetGate(workspace);
  await world.finish(execution.id);
  await eventually(async () => assert.equal(await status(workspace, execution.id), 'completed'));
});

test('a gate that is reset to before an end that it had not yet recorded frees the slot all the same', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const execution = await runningExecution(workspace);
  const next = await world.enqueue(workspace, 'nothing');
  await world.stopWorker();
  await child(execution.id).terminate('by the test');
  await eventually(async () => {
    const { events } = await world.gate(workspace).fetchHistory();
    assert.ok(events?.some((event) => event.childWorkflowExecutionTerminatedEventAttributes));
  });
  await resetGate(workspace);
  await world.startWorker();
  await signalGate(world.client, workspace, 'wake');
  await eventually(async () => assert.equal(await status(workspace, execution.id), 'terminated'));
  await eventually(async () => assert.equal(await status(workspace, next.id), 'completed'));
});

for (const recorded of [false, true]) {
  test(`a gate that is reset to the very task that starts its child keeps that child, its run ${recorded ? 'recorded' : 'not yet recorded'}`, async () => {
    const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
    const execution = await world.enqueue(workspace, 'untilTold');
    await eventually(async () => assert.equal((await child(execution.id).describe()).status.name, 'RUNNING'));
    if (recorded)
      await eventually(async () => assert.ok((await world.execution(workspace, execution.id)).runId));
    const { runId } = await child(execution.id).describe();
    await resetGate(workspace, 'first');
    await eventually(async () => assert.equal((await gateSnapshot(workspace)).running[0]?.state, 'watched'));
    await world.finish(execution.id);
    await eventually(async () => assert.equal(await status(workspace, execution.id), 'completed'));
    assert.equal((await child(execution.id).describe()).runId, runId, 'it was not started a second time');
  });
}

for (const delivered of ['delivers its signals again', 'leaves its signals out'] as const) {
  test(`a resize signal after a reset that ${delivered} takes effect, and nothing older comes back`, async () => {
    const workspace = await world.workspace();
    await runningExecution(workspace);
    const override = async () =>
      (await world.call('GET', `/v1/workspaces/${workspace}`)).body['limitOverride'];
    const resize = async (limit: number) => {
      await world.gate(workspace).signal('resize', limit);
      await eventually(async () => assert.equal(await override(), limit));
    };
    await resize(7);
    await resize(8);
    await world.call('PATCH', `/v1/workspaces/${workspace}`, { limitOverride: 3 });
    for (const limit of [8, 7]) {
      await resetGate(workspace, 'first', { signals: delivered === 'delivers its signals again' });
      await reconciledByNewestRun(workspace);
      assert.equal(await override(), 3);
      await resize(limit);
      await world.call('PATCH', `/v1/workspaces/${workspace}`, { limitOverride: 3 });
    }
    await world.gate(workspace).signal('resize', null);
    await eventually(async () => assert.equal(await override(), null));
  });
}

/** A reconcile of the run that was reset may still end after the first one of its successor: that one is woken until its own is the last. */
async function reconciledByNewestRun(workspace: string): Promise<void> {
  const { runId } = await world.gate(workspace).describe();
  await eventually(async () => {
    await signalGate(world.client, workspace, 'wake');
    const { body } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
    assert.equal(body['gateRunId'], runId);
  });
}

const gateSnapshot = (workspace: string) => world.gate(workspace).query(snapshotQuery);

async function resetGate(
  workspace: string,
  task: 'first' | 'newest' = 'newest',
  { signals = true } = {},
): Promise<void> {
  const { workflowId, runId } = await world.gate(workspace).describe();
  const { events } = await world.gate(workspace).fetchHistory();
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const answer = await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'by the test',
    workflowTaskFinishEventId: tasks.at(task === 'first' ? 0 : -1)!.eventId!,
    requestId: `reset-${runId}`,
    ...(!signals && {
      resetReapplyExcludeTypes: [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL],
    }),
  });
  assert.notEqual(answer.runId, runId);
}
