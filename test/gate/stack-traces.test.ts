import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stackTraceQuery } from '@temporalio/workflow';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

async function inWorld(settings: Record<string, string>, check: (world: World) => Promise<void>) {
  const world = await startWorld(import.meta.url, settings);
  try {
    await check(world);
  } finally {
    await world.stop();
  }
}

/** A workspace whose gate waits for one execution to end. */
async function workspaceAtWork(world: World) {
  const workspaceId = await world.workspace();
  const { id } = await world.enqueue(workspaceId, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspaceId, 'running'), [1]);
  return { workspaceId, id };
}

test('a gate has no call stack unless GATES_STACK_TRACES is set: the query says so, and the gate goes on', async () => {
  await inWorld({}, async (world) => {
    const { workspaceId, id } = await workspaceAtWork(world);
    await assert.rejects(world.gate(workspaceId).query(stackTraceQuery), /stack traces are not enabled/);
    await world.gate(workspaceId).query('snapshot');
    await world.finish(id);
    await eventually(async () => assert.equal((await world.execution(workspaceId, id)).status, 'completed'));
  });
});

test('an execution has its call stack whatever gates have', async () => {
  await inWorld({}, async (world) => {
    const { id } = await workspaceAtWork(world);
    const execution = world.client.workflow.getHandle(executionWorkflowId(id));
    await eventually(async () => assert.match(await execution.query(stackTraceQuery), /untilTold/));
  });
});

test('with GATES_STACK_TRACES=true a gate has a call stack, in the names of its source', async () => {
  await inWorld({ GATES_STACK_TRACES: 'true' }, async (world) => {
    const { workspaceId } = await workspaceAtWork(world);
    assert.match(await world.gate(workspaceId).query(stackTraceQuery), /admit .*gate\.workflow/);
  });
});
