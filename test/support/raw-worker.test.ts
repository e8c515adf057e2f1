import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto, { type temporal } from '@temporalio/proto';
import { workspaceQueue } from '../../src/domain/names.ts';
import { eventually } from './eventually.ts';
import { childOf } from './gates-and-children.ts';
import {
  type RawWorkflowTask,
  cancels,
  completes,
  continuesAsNew,
  fails,
  failsTask,
  goesOn,
  rawPayload,
  startRawWorker,
} from './raw-worker.ts';
import { type World, startWorld } from './world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

async function closeOf(executionId: string): Promise<temporal.api.history.v1.IHistoryEvent> {
  const { events } = await childOf(world, executionId).fetchHistory();
  return events!.at(-1)!;
}

test('a worker on the raw API ends executions in every way that Temporal has, each by one command', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const answers: Record<string, (task: RawWorkflowTask) => ReturnType<typeof completes>> = {
    returns: ({ input }) => completes(input),
    fails: () => fails({ message: 'by the test', applicationFailureInfo: { type: 'Told' } }),
    cancels: () => cancels(),
    'moves on': (task) => continuesAsNew(task, { workflowType: 'returns' }),
    'fails its first task': ({ attempt, input }) =>
      attempt === 1 ? failsTask('by the test') : completes(input),
  };
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: (task) => answers[task.workflowType]!(task),
  });
  try {
    const ends: Record<string, string> = {
      returns: 'completed',
      fails: 'failed',
      cancels: 'cancelled',
      'moves on': 'completed',
      'fails its first task': 'completed',
    };
    for (const [workflowType, status] of Object.entries(ends)) {
      const { id } = await world.enqueue(workspace, workflowType, { a: 1 });
      await eventually(async () =>
        assert.equal((await world.execution(workspace, id)).status, status, workflowType),
      );
      const { result } = await world.execution(workspace, id);
      assert.deepEqual(result, status === 'completed' ? { a: 1 } : undefined, workflowType);
    }
  } finally {
    await worker.stop();
  }
});

test('a worker on the raw API answers an activity, late, and leaves open what it completes without commands', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const taskQueue = workspaceQueue(workspace);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const worker = startRawWorker({
    client: world.client,
    taskQueue,
    workflows: ({ history, workflowType }) => {
      if (workflowType === 'open') return goesOn;
      const done = history.find((event) => event.activityTaskCompletedEventAttributes);
      return done
        ? completes(done.activityTaskCompletedEventAttributes?.result?.payloads ?? [])
        : { commands: [activityCommand(taskQueue)] };
    },
    activities: async () => {
      await released;
      return { result: [rawPayload('json/plain', '"from the activity"')] };
    },
  });
  try {
    const open = await world.enqueue(workspace, 'open');
    const late = await world.enqueue(workspace, 'with an activity');
    await eventually(async () => {
      const { raw } = await childOf(world, late.id).describe();
      assert.equal(raw.pendingActivities?.[0]?.attempt, 1);
    });
    release();
    await eventually(async () =>
      assert.equal((await world.execution(workspace, late.id)).result, 'from the activity'),
    );
    await eventually(async () =>
      assert.ok((await closeOf(open.id)).workflowTaskCompletedEventAttributes, 'its task is done'),
    );
    assert.equal((await world.execution(workspace, open.id)).status, 'running');
    await childOf(world, open.id).terminate('by the test');
  } finally {
    await worker.stop();
  }
});

test('a worker on the raw API that is stopped leaves no poll behind, and says what went wrong', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const taskQueue = workspaceQueue(workspace);
  let wasAsked = false;
  const worker = startRawWorker({
    client: world.client,
    taskQueue,
    workflows: () => {
      wasAsked = true;
      throw new Error('by the test');
    },
  });
  const { id } = await world.enqueue(workspace, 'anything');
  await eventually(() => assert.ok(wasAsked, 'its task was taken'));
  await assert.rejects(worker.stop(), /by the test/);
  await childOf(world, id).terminate('by the test');
});

function activityCommand(taskQueue: string): temporal.api.command.v1.ICommand {
  return {
    commandType: proto.temporal.api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    scheduleActivityTaskCommandAttributes: {
      activityId: '1',
      activityType: { name: 'late' },
      taskQueue: { name: taskQueue },
      startToCloseTimeout: { seconds: 30 as never },
    },
  };
}
