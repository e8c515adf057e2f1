import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { UnexpectedError, type Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import type { Worker as Thread } from 'node:worker_threads';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { createPollDrain } from '../../../src/worker/sdk/poll-drain.ts';
import {
  sharedThreadsWorkerFactory,
  stockWorkerFactory,
} from '../../../src/worker/sdk/shared-workflow-creator.ts';
import { loadUserActivities } from '../../../src/worker/code/user-activities.ts';
import { type UserWorkflows, loadUserWorkflows } from '../../../src/worker/code/user-workflows.ts';
import { createWorkspaceWorker } from '../../../src/worker/roles/workspace-worker.ts';
import { type Connected, connect, workerConfig } from '../connected.ts';

let at: Connected;
let workflows: UserWorkflows;
const config = workerConfig({});

/** Every thread that this process has begun and that has not ended. */
const threads = new Set<Thread>();
process.on('worker', (thread) => {
  threads.add(thread);
  thread.once('exit', () => threads.delete(thread));
});

before(async () => {
  at = await connect(import.meta.url);
  workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, at.log);
});
after(() => at.close());

/** Workers on queues of their own, running. */
async function run(count: number, factory = sharedThreadsWorkerFactory()) {
  const activities = await loadUserActivities(config.ACTIVITIES_PATH);
  const options = {
    connection: at.connection,
    namespace: at.namespace,
    config,
    factory,
    workflows,
    activities,
  };
  const workers: { queue: string; worker: Worker; ended: Promise<unknown> }[] = [];
  for (let i = 0; i < count; i++) {
    const workspaceId = randomUUID();
    const worker = await createWorkspaceWorker(workspaceId, { ...options, polls: createPollDrain() });
    workers.push({
      queue: workspaceQueue(workspaceId),
      worker,
      ended: worker.run().catch((error: unknown) => error),
    });
  }
  return {
    workers,
    async stop() {
      for (const { worker } of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(workers.map(({ ended }) => ended));
      await factory.close();
    },
  };
}

async function echo(queue: string): Promise<unknown> {
  const answer = await at.client.workflow.execute('echo', {
    workflowId: randomUUID(),
    taskQueue: queue,
    args: [queue],
  });
  return (answer as { args: unknown[] }).args[0];
}

test('workflows of many queues run at the same time on shared threads, each on its own queue', async () => {
  const { workers, stop } = await run(12);
  try {
    const queues = workers.map(({ queue }) => queue);
    const twice = [...queues, ...queues];
    assert.deepEqual(await Promise.all(twice.map(echo)), twice);
    assert.equal(threads.size, config.WORKSPACE_WORKFLOW_THREADS);
  } finally {
    await stop();
  }
  assert.equal(threads.size, 0, 'the threads end with the last Worker');
});

test('a workflow keeps its state while its neighbours come and go', async () => {
  const { workers, stop } = await run(3);
  try {
    const [a, b, c] = workers;
    const waits = await at.client.workflow.start('untilTold', {
      workflowId: randomUUID(),
      taskQueue: a!.queue,
      args: ['kept'],
    });
    assert.equal(await echo(b!.queue), b!.queue);
    b!.worker.shutdown();
    await b!.ended;
    assert.equal(await echo(c!.queue), c!.queue, 'stopping one leaves the rest working');
    await waits.signal('finish');
    assert.equal(await waits.result(), 'kept');
  } finally {
    await stop();
  }
});

test('when the shared threads die, the Workers end with an error and new ones get new threads', async () => {
  const factory = sharedThreadsWorkerFactory();
  const first = await run(2, factory);
  const [a, b] = first.workers;
  assert.equal(await echo(a!.queue), a!.queue);
  await Promise.all([...threads].map((thread) => thread.terminate()));
  const asked = [a!, b!].map(({ queue }) =>
    at.client.workflow.start('echo', { workflowId: randomUUID(), taskQueue: queue, args: [queue] }),
  );
  const handles = await Promise.all(asked);
  for (const { ended } of [a!, b!])
    assert.ok((await ended) instanceof UnexpectedError, 'the Worker says that it failed');
  const second = await run(1, factory);
  try {
    const { queue } = second.workers[0]!;
    assert.equal(await echo(queue), queue);
  } finally {
    await second.stop();
    await Promise.all(handles.map((handle) => handle.terminate()));
  }
});

test('one more queue costs a fraction of a stock Worker', async () => {
  const costs = async (count: number) => {
    const factory = sharedThreadsWorkerFactory();
    const first = await run(1, factory);
    const rssBefore = process.memoryUsage.rss();
    const begun = performance.now();
    const more = await run(count, factory);
    const each = {
      ms: (performance.now() - begun) / count,
      mb: (process.memoryUsage.rss() - rssBefore) / count / 1e6,
    };
    await first.stop();
    await more.stop();
    return each;
  };
  const shared = await costs(40);
  // Bounds of ten times what was measured (0.8 MB and 5 ms): they fail when each Worker has a thread again, not on a slow day.
  assert.ok(shared.mb < 8, `a queue costs ${shared.mb.toFixed(1)} MB`);
  assert.ok(shared.ms < 60, `a queue costs ${shared.ms.toFixed(0)} ms`);
});

test('a stock Worker serves a queue just as well, which is the way back', async () => {
  const { workers, stop } = await run(1, stockWorkerFactory());
  try {
    assert.equal(await echo(workers[0]!.queue), workers[0]!.queue);
  } finally {
    await stop();
  }
});
