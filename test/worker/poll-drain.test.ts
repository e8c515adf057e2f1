import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { workspaceQueue } from '../../src/domain/names.ts';
import { WithholdableSlots, createPollDrain } from '../../src/worker/poll-drain.ts';
import { sharedThreadsWorkerFactory } from '../../src/worker/shared-workflow-creator.ts';
import { type SupervisedWorker, superviseWorker } from '../../src/worker/supervised-worker.ts';
import { loadUserActivities } from '../../src/worker/user-activities.ts';
import { loadUserWorkflows } from '../../src/worker/user-workflows.ts';
import { createWorkspaceWorker } from '../../src/worker/workspace-worker.ts';
import { connectTemporalWorkers } from '../../src/temporal/connection.ts';
import { eventually } from '../support/eventually.ts';
import { type Connected, connect, workerConfig } from './connected.ts';

let at: Connected;
before(async () => void (at = await connect(import.meta.url)));
after(() => at.close());

const never = new AbortController().signal;
const START_TO_CLOSE = proto.temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE;

test('slots are given up to their number, then in the order in which they were asked for', async () => {
  const slots = new WithholdableSlots(2);
  const [first, second] = [await slots.reserveSlot(null, never), await slots.reserveSlot(null, never)];
  const given: string[] = [];
  const third = slots.reserveSlot(null, never).then(() => given.push('third'));
  const fourth = slots.reserveSlot(null, never).then(() => given.push('fourth'));
  assert.equal(slots.tryReserveSlot(), null);
  slots.releaseSlot({ permit: first });
  await third;
  assert.deepEqual(given, ['third']);
  slots.markSlotUsed({ permit: second });
  slots.releaseSlot({ permit: second });
  await fourth;
  assert.equal(slots.openPolls, 2);
});

test('a request for a slot that is given up leaves its place to the next', async () => {
  const slots = new WithholdableSlots(1);
  const held = await slots.reserveSlot(null, never);
  const givenUp = new AbortController();
  const rejected = assert.rejects(slots.reserveSlot(null, givenUp.signal), { name: 'AbortError' });
  const next = slots.reserveSlot(null, never);
  givenUp.abort();
  await rejected;
  slots.releaseSlot({ permit: held });
  await next;
});

test('withheld slots are given to nobody, also when one becomes free', async () => {
  const slots = new WithholdableSlots(1);
  const held = await slots.reserveSlot(null, never);
  const stopped = new AbortController();
  const waiting = assert.rejects(slots.reserveSlot(null, stopped.signal), { name: 'AbortError' });
  slots.withhold();
  slots.releaseSlot({ permit: held });
  assert.equal(slots.openPolls, 0);
  assert.equal(slots.tryReserveSlot(), null);
  stopped.abort();
  await waiting;
});

test('a Worker that has only just begun to poll is not quiet: its open polls are waited for', async () => {
  const polls = createPollDrain();
  const { activityTaskSlotSupplier } = polls.tuner({ workflowTasks: 2, activities: 1, localActivities: 1 });
  assert.ok(activityTaskSlotSupplier instanceof WithholdableSlots);
  const permit = await activityTaskSlotSupplier.reserveSlot(null, never);
  let drained = false;
  const drain = polls.drain().then(() => (drained = true));
  await setImmediate();
  assert.equal(drained, false);
  activityTaskSlotSupplier.markSlotUsed({ permit });
  await drain;
});

/** So many that without a drain some stop is all but sure to cut a poll with a task. */
const STOPS = 12;
const OPEN_AT_ONCE = 20;

test('Workers that stop one after another under load lose no task', async () => {
  const config = workerConfig({ SHUTDOWN_GRACE_SECONDS: '10' });
  const factory = sharedThreadsWorkerFactory();
  const workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, at.log);
  const activities = await loadUserActivities(config.ACTIVITIES_PATH);
  const workspaceId = randomUUID();
  const queue = workspaceQueue(workspaceId);
  // One connection takes one Worker of a queue, and here the next begins before the last has ended.
  const connections = [at.connection, await connectTemporalWorkers()] as const;
  let begun = 0;
  const begin = () => {
    const connection = connections[begun++ % 2]!;
    return superviseWorker({
      queue,
      log: at.log,
      onFailure: () => assert.fail('a Worker failed'),
      create: (polls) =>
        createWorkspaceWorker(workspaceId, {
          connection,
          namespace: at.namespace,
          config,
          factory,
          workflows,
          activities,
          polls,
        }),
    });
  };
  const polling = (worker: SupervisedWorker) =>
    eventually(() => assert.equal(worker.status()?.runState, 'RUNNING'));

  const handles: WorkflowHandle[] = [];
  const stopping = new AbortController();
  const keepBusy = async () => {
    while (!stopping.signal.aborted) {
      const workflowId = randomUUID();
      const handle = await at.client.workflow.start('restFor', { workflowId, taskQueue: queue, args: [20] });
      handles.push(handle);
      await handle.result();
    }
  };
  let current = begin();
  try {
    await polling(current);
    const busy = Promise.all(Array.from({ length: OPEN_AT_ONCE }, keepBusy));
    for (let i = 0; i < STOPS; i++) {
      const enough = handles.length + OPEN_AT_ONCE;
      await eventually(() => assert.ok(handles.length >= enough), 60_000);
      const next = begin();
      await polling(next);
      await current.stop();
      current = next;
    }
    stopping.abort();
    await busy;
  } finally {
    stopping.abort();
    await current.stop();
    await factory.close();
    await connections[1].close();
  }

  const lost: string[] = [];
  for (const handle of handles) {
    const { attempt } = (await handle.result()) as { attempt: number };
    if (attempt > 1) lost.push(`${handle.workflowId}: activity`);
    const { events } = await handle.fetchHistory();
    // A task that waited too long on the queue of a Worker that is gone was not lost: it is SCHEDULE_TO_START then.
    const timedOut = events?.some(
      (event) => event.workflowTaskTimedOutEventAttributes?.timeoutType === START_TO_CLOSE,
    );
    if (timedOut) lost.push(`${handle.workflowId}: workflow task`);
  }
  assert.deepEqual(lost, [], `of ${handles.length} workflows`);
});
