import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_QUEUE, GATE_WORKFLOW_TYPE, gateWorkflowId } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import type { Running } from '../../src/process/run-process.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import type { GateInput } from '../../src/workflows/gate/contract.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution, statusOf, wake } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

const OFTEN = 40;

let world: World;
let often: Running | undefined;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(async () => {
  await often?.stop();
  await world.stop();
});

test('a changed setting reaches open gates, one that an earlier release started with the former setting among them', async () => {
  const workspaces = [await world.workspace(), await world.workspace()];
  const input: GateInput = { workspaceId: workspaces[1]!, continueAsNewAfterEvents: 50_000 };
  await world.client.workflow.start(GATE_WORKFLOW_TYPE, {
    workflowId: gateWorkflowId(input.workspaceId),
    taskQueue: DEFAULT_QUEUE,
    args: [input],
  });
  const gates = [];
  for (const workspace of workspaces) {
    const { id } = await runningExecution(world, workspace);
    gates.push({ workspace, id, runId: (await world.gate(workspace).describe()).runId });
  }
  await world.stopWorker();
  often = await startWorker(
    { ...world.config, GATES_CONTINUE_AS_NEW_AFTER_EVENTS: OFTEN },
    createLog({ level: 'fatal', process: 'test' }),
    world.temporal,
  );
  for (const { workspace, id, runId } of gates) {
    await eventually(async () => {
      await wake(world, workspace);
      assert.notEqual((await world.gate(workspace).describe()).runId, runId);
    });
    const { historyLength, status } = await world.client.workflow
      .getHandle(gateWorkflowId(workspace), runId)
      .describe();
    assert.equal(status.name, 'CONTINUED_AS_NEW');
    assert.ok(historyLength >= OFTEN && historyLength < 2 * OFTEN, `after ${historyLength} events`);
    await world.finish(id);
    await eventuallyEqual(() => statusOf(world, workspace, id), 'completed');
  }
});
