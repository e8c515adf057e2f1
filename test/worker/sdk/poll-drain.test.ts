import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { SlotReserveContext } from '@temporalio/worker';
import proto from '@temporalio/proto';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { QUIET_MS, WithholdableSlots, createPollDrain } from '../../../src/worker/sdk/poll-drain.ts';
import { sharedThreadsWorkerFactory } from '../../../src/worker/sdk/shared-workflow-creator.ts';
import { type SupervisedWorker, superviseWorker } from '../../../src/worker/sdk/supervised-worker.ts';
import { loadUserActivities } from '../../../src/worker/code/user-activities.ts';
import { loadUserWorkflows } from '../../../src/worker/code/user-workflows.ts';
import { createWorkspaceWorker } from '../../../src/worker/roles/workspace-worker.ts';
import { connectTemporalWorkers } from '../../../src/worker/sdk/native-connection.ts';
import { eventually } from '../../support/eventually.ts';
import { type Connected, connect, workerConfig } from '../connected.ts';

let at: Connected;
let parts: Awaited<ReturnType<typeof sharedParts>>;
before(async () => {
  at = await connect(import.meta.url);
  parts = await sharedParts();
});
after(async () => {
  await parts.factory.close();
  await parts.connections[1].close();
  await at.close();
});

const never = new AbortController().signal;
const NORMAL = pollOf('normal');
const STICKY = pollOf('sticky');

function pollOf(kind: 'normal' | 'sticky'): SlotReserveContext {
  const isSticky = kind === 'sticky';
  return {
    slotType: 'workflow',
    taskQueue: 'a queue',
    workerIdentity: 'a worker',
    workerBuildId: '',
    isSticky,
  };
}

const START_TO_CLOSE = proto.temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE;

test('slots are given up to their number, then in the order in which they were asked for', async () => {
  const slots = new WithholdableSlots(2);
  const [first, second] = [await slots.reserveSlot(NORMAL, never), await slots.reserveSlot(NORMAL, never)];
  const given: string[] = [];
  const third = slots.reserveSlot(NORMAL, never).then(() => given.push('third'));
  const fourth = slots.reserveSlot(NORMAL, never).then(() => given.push('fourth'));
  assert.equal(slots.tryReserveSlot(NORMAL), null);
  slots.releaseSlot({ permit: first });
  await third;
  assert.deepEqual(given, ['third']);
  slots.markSlotUsed({ permit: second });
  slots.releaseSlot({ permit: second });
  await fourth;
  assert.equal(slots.normal.open, 2);
});

test('a request for a slot that is given up leaves its place to the next', async () => {
  const slots = new WithholdableSlots(1);
  const held = await slots.reserveSlot(NORMAL, never);
  const givenUp = new AbortController();
  const rejected = assert.rejects(slots.reserveSlot(NORMAL, givenUp.signal), { name: 'AbortError' });
  const next = slots.reserveSlot(NORMAL, never);
  givenUp.abort();
  await rejected;
  slots.releaseSlot({ permit: held });
  await next;
});

test('a request for a slot that was given up before it was made ends at once, and takes no place', async () => {
  const slots = new WithholdableSlots(1);
  const whenFree = slots.reserveSlot(NORMAL, AbortSignal.abort());
  await assert.rejects(endOf(whenFree), { name: 'AbortError' });
  const held = await slots.reserveSlot(NORMAL, never);
  const whenTaken = slots.reserveSlot(NORMAL, AbortSignal.abort());
  await assert.rejects(endOf(whenTaken), { name: 'AbortError' });
  const next = slots.reserveSlot(NORMAL, never);
  slots.releaseSlot({ permit: held });
  await next;
});

/** Fails in time where there would be no end. */
function endOf<T>(request: Promise<T>): Promise<T | 'no end'> {
  return Promise.race([request, wait(1_000, 'no end' as const)]);
}

test('withheld slots are given to nobody, also when one becomes free', async () => {
  const slots = new WithholdableSlots(1);
  const held = await slots.reserveSlot(NORMAL, never);
  const stopped = new AbortController();
  const waiting = assert.rejects(slots.reserveSlot(NORMAL, stopped.signal), { name: 'AbortError' });
  slots.normal.withheld = true;
  slots.releaseSlot({ permit: held });
  assert.equal(slots.normal.open, 0);
  assert.equal(slots.tryReserveSlot(NORMAL), null);
  stopped.abort();
  await waiting;
});

test('a Worker that has only just begun to poll is not quiet: its open polls are waited for', async () => {
  const polls = createPollDrain();
  const { activityTaskSlotSupplier } = polls.tuner({ workflowTasks: 2, activities: 1, localActivities: 1 });
  assert.ok(activityTaskSlotSupplier instanceof WithholdableSlots);
  const permit = await activityTaskSlotSupplier.reserveSlot(NORMAL, never);
  let drained = false;
  const drain = polls.drain().then(() => (drained = true));
  await setImmediate();
  assert.equal(drained, false);
  activityTaskSlotSupplier.markSlotUsed({ permit });
  await drain;
});

/** A drain, and the slots for workflow tasks that it withholds: more than any test here takes. */
function workflowSlots() {
  const polls = createPollDrain();
  const { workflowTaskSlotSupplier: slots } = polls.tuner({
    workflowTasks: 9,
    activities: 1,
    localActivities: 1,
  });
  assert.ok(slots instanceof WithholdableSlots);
  return { polls, slots };
}

test('the sticky queue is polled until the normal one has given its polls up', async () => {
  const { polls, slots } = workflowSlots();
  const permit = await slots.reserveSlot(NORMAL, never);
  const drained = polls.drain();
  assert.equal(slots.tryReserveSlot(NORMAL), null);
  const sticky = slots.tryReserveSlot(STICKY);
  assert.ok(sticky);
  slots.markSlotUsed({ permit });
  await setImmediate();
  assert.equal(slots.tryReserveSlot(STICKY), null);
  slots.markSlotUsed({ permit: sticky });
  await drained;
});

/** Slots of which the normal queue's poll has been open for long without a task. */
async function quietOnTheNormalQueue() {
  const { polls, slots } = workflowSlots();
  await slots.reserveSlot(NORMAL, never);
  slots.normal.quietSince -= QUIET_MS;
  return { polls, slots };
}

test('tasks of the sticky queue do not keep a drain waiting for polls of the normal one', async () => {
  const { polls, slots } = await quietOnTheNormalQueue();
  slots.markSlotUsed({ permit: await slots.reserveSlot(STICKY, never) });
  const begun = performance.now();
  await polls.drain();
  assert.ok(performance.now() - begun < QUIET_MS / 2);
});

test('a workflow that has just come by the normal queue keeps a drain waiting for polls of the sticky one', async () => {
  const { polls, slots } = await quietOnTheNormalQueue();
  await slots.reserveSlot(STICKY, never);
  slots.sticky.quietSince -= QUIET_MS;
  slots.markSlotUsed({ permit: await slots.reserveSlot(NORMAL, never) });
  slots.normal.quietSince -= QUIET_MS;
  const begun = performance.now();
  await polls.drain();
  assert.ok(performance.now() - begun > QUIET_MS / 2);
});

/** What Workers of any workspace share. A connection takes one Worker of a queue, so there are two. */
async function sharedParts() {
  const config = workerConfig({ SHUTDOWN_GRACE_SECONDS: '10' });
  return {
    config,
    factory: sharedThreadsWorkerFactory(),
    workflows: await loadUserWorkflows(config.WORKFLOWS_PATH, at.log),
    activities: await loadUserActivities(config.ACTIVITIES_PATH),
    connections: [at.connection, await connectTemporalWorkers(at.temporal)] as const,
  };
}

/** Begins and stops Workers of one workspace's queue, no more than two at once. */
function workersOfOneQueue() {
  const { connections, ...options } = parts;
  const workspaceId = randomUUID();
  const queue = workspaceQueue(workspaceId);
  const begun: SupervisedWorker[] = [];
  return {
    queue,
    /** Resolves when it polls. */
    async begin() {
      const connection = connections[begun.length % 2]!;
      const worker = superviseWorker({
        queue,
        log: at.log,
        onFailure: () => assert.fail('a Worker failed'),
        create: (polls) =>
          createWorkspaceWorker(workspaceId, { ...options, connection, namespace: at.namespace, polls }),
      });
      begun.push(worker);
      await eventually(() => assert.equal(worker.status()?.runState, 'RUNNING'));
      return worker;
    },
    stop: () => Promise.all(begun.map((worker) => worker.stop())),
  };
}

/** Tasks that the server gave to a poll that was cut. One that only waited too long for a Worker is SCHEDULE_TO_START. */
async function lostWorkflowTasks(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  const lost = events?.filter(
    (event) => event.workflowTaskTimedOutEventAttributes?.timeoutType === START_TO_CLOSE,
  );
  return lost?.length ?? 0;
}

/** So many that without a drain some stop is all but sure to cut a poll with a task. */
const STOPS = 12;
const OPEN_AT_ONCE = 20;

test('Workers that stop one after another under load lose no task', async () => {
  const workers = workersOfOneQueue();
  const handles: WorkflowHandle[] = [];
  const stopping = new AbortController();
  const keepBusy = async () => {
    while (!stopping.signal.aborted) {
      const workflowId = randomUUID();
      const handle = await at.client.workflow.start('restFor', {
        workflowId,
        taskQueue: workers.queue,
        args: [20],
      });
      handles.push(handle);
      await handle.result();
    }
  };
  try {
    let current = await workers.begin();
    const busy = Promise.all(Array.from({ length: OPEN_AT_ONCE }, keepBusy));
    for (let i = 0; i < STOPS; i++) {
      const enough = handles.length + OPEN_AT_ONCE;
      await eventually(() => assert.ok(handles.length >= enough), 60_000);
      const next = await workers.begin();
      await current.stop();
      current = next;
    }
    stopping.abort();
    await busy;
  } finally {
    stopping.abort();
    await workers.stop();
  }

  const lost: string[] = [];
  for (const handle of handles) {
    const { attempt } = (await handle.result()) as { attempt: number };
    if (attempt > 1) lost.push(`${handle.workflowId}: activity`);
    if ((await lostWorkflowTasks(handle)) > 0) lost.push(`${handle.workflowId}: workflow task`);
  }
  assert.deepEqual(lost, [], `of ${handles.length} workflows`);
});

/** Each is stopped while a workflow of its own is busy; without the guard one in seventy lost a task. */
const MOVES = 4;
const TASK_EVERY_MS = 25;

test('a busy workflow leaves a stopping Worker at once, not when its sticky queue gives its task up and the last polls are cut', async () => {
  const queues = Array.from({ length: MOVES }, workersOfOneQueue);
  const moveOne = async (workers: ReturnType<typeof workersOfOneQueue>) => {
    const holder = await workers.begin();
    const handle = await at.client.workflow.start('untilTold', {
      workflowId: randomUUID(),
      taskQueue: workers.queue,
    });
    let moved = false;
    const keepBusy = async () => {
      for (; !moved; await wait(TASK_EVERY_MS)) await handle.signal('another task');
    };
    const busy = keepBusy();
    await workers.begin();
    await wait(QUIET_MS);
    const begun = performance.now();
    await holder.stop();
    const stopMs = performance.now() - begun;
    moved = true;
    await busy;
    await handle.signal('finish', 'done');
    assert.equal(await handle.result(), 'done');
    return { stopMs, lost: await lostWorkflowTasks(handle) };
  };
  try {
    for (const { stopMs, lost } of await Promise.all(queues.map(moveOne))) {
      assert.equal(lost, 0);
      assert.ok(stopMs < QUIET_MS, `the stop took ${stopMs} ms`);
    }
  } finally {
    await Promise.all(queues.map((workers) => workers.stop()));
  }
});
