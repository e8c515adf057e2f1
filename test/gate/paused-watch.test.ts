import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { TURN_MS } from '../../src/activities/gate/watch-executions.ts';
import { readConfig } from '../../src/config/config.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution, statusOf, wake } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

const { PENDING_ACTIVITY_STATE_SCHEDULED: SCHEDULED, PENDING_ACTIVITY_STATE_STARTED: STARTED } =
  proto.temporal.api.enums.v1.PendingActivityState;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, {
    SWEEP_INTERVAL_SECONDS: '1',
    GATES_WATCH_OVERDUE_SECONDS: '5',
  });
});
after(() => world.stop());

test('a watch that is paused while it runs gives way to another one, and the slot is handed over', async () => {
  const { workspace, adopted, next } = await adoptingGate();
  const paused = await pauseWatch(workspace);
  await eventually(async () => assert.notEqual((await watchOf(workspace)).activityId, paused));
  const { events } = await world.gate(workspace).fetchHistory();
  assert.ok(
    !events?.some((event) => event.activityTaskCancelRequestedEventAttributes),
    'it ended by itself, and was not given up',
  );
  await world.finish(adopted, 'kept');
  await eventuallyEqual(() => statusOf(world, workspace, adopted), 'completed');
  await world.finish(next);
  await eventuallyEqual(() => statusOf(world, workspace, next), 'completed');
});

test('a watch that is paused before a worker has it is given up, the gate says so, and the slot is handed over', async () => {
  const { workspace, adopted, next } = await adoptingGate();
  await world.stopWorker();
  // Its attempt failed with its worker; the next one waits for a worker.
  await eventually(async () => assert.equal((await watchOf(workspace)).state, SCHEDULED));
  const paused = await pauseWatch(workspace);
  await world.startWorker();
  await eventually(async () => {
    const { body } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
    assert.match(String(body['lastError']), /watch .* has not answered/);
  }, 30_000);
  assert.notEqual((await watchOf(workspace)).activityId, paused);
  await world.finish(adopted);
  await world.finish(next);
  await eventuallyEqual(() => statusOf(world, workspace, next), 'completed');
  await eventually(async () =>
    assert.equal((await world.call('GET', `/v1/workspaces/${workspace}/gate`)).body['lastError'], null),
  );
});

test('by default a watch is overdue once its turn is over, and well within a minute', () => {
  const { GATES_WATCH_OVERDUE_SECONDS } = readConfig({ DATABASE_URL: 'postgres://localhost/none' });
  assert.ok(GATES_WATCH_OVERDUE_SECONDS * 1000 >= TURN_MS + 15_000);
  assert.ok(GATES_WATCH_OVERDUE_SECONDS <= 45);
});

/** A gate whose only slot is held by an execution that it has adopted, with another one waiting. */
async function adoptingGate() {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const { id: adopted } = await runningExecution(world, workspace);
  await world.gate(workspace).terminate('by the test');
  await wake(world, workspace);
  const { id: next } = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => assert.equal((await watchOf(workspace)).state, STARTED));
  return { workspace, adopted, next };
}

async function watchOf(workspace: string) {
  const { raw } = await world.gate(workspace).describe();
  const [watch, ...more] = (raw.pendingActivities ?? []).filter(({ paused }) => !paused);
  assert.ok(watch && more.length === 0, 'one watch');
  return watch;
}

/** Returns the id of the activity that was paused. */
async function pauseWatch(workspace: string): Promise<string> {
  const { activityId: id } = await watchOf(workspace);
  const { workflowId, runId } = await world.gate(workspace).describe();
  await world.client.workflowService.pauseActivity({
    namespace: world.client.options.namespace,
    execution: { workflowId, runId },
    id: id!,
    reason: 'by the test',
  });
  return id!;
}
