import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution, statusOf, wake } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

const { TIMEOUT_TYPE_SCHEDULE_TO_START: SCHEDULE_TO_START } = proto.temporal.api.enums.v1.TimeoutType;
const { PENDING_ACTIVITY_STATE_SCHEDULED: SCHEDULED, PENDING_ACTIVITY_STATE_STARTED: STARTED } =
  proto.temporal.api.enums.v1.PendingActivityState;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { GATES_MAX_CONCURRENT_WATCHES: '1' });
});
after(() => world.stop());

test('a watch that no worker begins gives way to another one after half a minute, without a wake, and none is lost', async () => {
  const first = await adoptingGate();
  await eventually(async () => assert.equal((await watchOf(first.workspace)).state, STARTED));
  const second = await adoptingGate();
  const waiting = await watchOf(second.workspace);
  assert.equal(waiting.state, SCHEDULED, 'the only place for a watch is taken');

  await eventually(async () => {
    const { events } = await world.gate(second.workspace).fetchHistory();
    const timeouts = (events ?? []).flatMap((event) => event.activityTaskTimedOutEventAttributes ?? []);
    assert.deepEqual(
      timeouts.map(({ failure }) => failure?.timeoutFailureInfo?.timeoutType),
      [SCHEDULE_TO_START],
    );
    assert.notEqual((await watchOf(second.workspace)).activityId, waiting.activityId);
  }, 45_000);

  for (const { workspace, adopted } of [first, second]) {
    await world.finish(adopted);
    await eventuallyEqual(() => statusOf(world, workspace, adopted), 'completed');
  }
});

/** A gate whose only slot is held by an execution that it has adopted. */
async function adoptingGate() {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const { id: adopted } = await runningExecution(world, workspace);
  await world.gate(workspace).terminate('by the test');
  await wake(world, workspace);
  await eventually(() => watchOf(workspace));
  return { workspace, adopted };
}

async function watchOf(workspace: string) {
  const { raw } = await world.gate(workspace).describe();
  const [watch, ...more] = raw.pendingActivities ?? [];
  assert.ok(watch && more.length === 0, 'one watch');
  return watch;
}
