import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Context } from '@temporalio/activity';
import type { Worker } from '@temporalio/worker';
import type { HttpRequest } from '../../src/workflows/http-request/contract.ts';
import { workspaceQueue } from '../../src/domain/names.ts';
import { createOwnerOfWorkflow } from '../../src/temporal/runs/owner-of-workflow.ts';
import { createExternalApiWorker } from '../../src/worker/roles/external-api-worker.ts';
import { createPollDrain } from '../../src/worker/sdk/poll-drain.ts';
import { stockWorkerFactory } from '../../src/worker/sdk/shared-workflow-creator.ts';
import { loadUserWorkflows } from '../../src/worker/code/user-workflows.ts';
import { createWorkspaceWorker } from '../../src/worker/roles/workspace-worker.ts';
import { eventuallyEqual } from '../support/eventually.ts';
import { type Connected, connect, workerConfig } from '../worker/connected.ts';

const SLOW_CALLS = 100;
const SHARE = 25;

let at: Connected;
let workers: Worker[];
let runs: Promise<void>[];
/** Slow calls that are under way, and the most there ever were. */
const underWay = { now: 0, most: 0 };
const attempts: number[] = [];
let endSlowCalls = () => {};
const slowCallsEnd = new Promise<void>((resolve) => (endSlowCalls = resolve));

before(async () => {
  at = await connect(import.meta.url);
  // As many calls as the process makes at once by default: without shares they take every slot.
  const config = workerConfig({
    WORKFLOWS_PATH: '',
    EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES: String(SLOW_CALLS),
    EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE: String(SHARE),
  });
  const common = { connection: at.connection, namespace: at.namespace, config };
  const callExternalApi = async ({ url }: HttpRequest) => {
    attempts.push(Context.current().info.attempt);
    if (url.endsWith('/slow')) {
      underWay.most = Math.max(underWay.most, ++underWay.now);
      const heartbeat = setInterval(() => Context.current().heartbeat(), 1_000);
      await slowCallsEnd;
      clearInterval(heartbeat);
      underWay.now--;
    }
    return { status: 200, headers: {}, body: url };
  };
  const workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, at.log);
  const factory = stockWorkerFactory();
  const ofWorkspace = (id: string) =>
    createWorkspaceWorker(id, { ...common, factory, workflows, activities: {}, polls: createPollDrain() });
  workers = [
    await createExternalApiWorker({
      ...common,
      activities: { callExternalApi },
      ownerOf: createOwnerOfWorkflow(at.client),
      polls: createPollDrain(),
    }),
    await ofWorkspace('greedy'),
    await ofWorkspace('modest'),
  ];
  runs = workers.map((worker) => worker.run());
});
after(async () => {
  // Or a test that failed before would leave them, and the workers would wait for them.
  endSlowCalls();
  for (const worker of workers) worker.shutdown();
  await Promise.all(runs);
  await at.close();
});

const startCall = (workspaceId: string, path: string) =>
  at.client.workflow.start('httpRequest', {
    workflowId: randomUUID(),
    taskQueue: workspaceQueue(workspaceId),
    args: [{ url: `https://api.example${path}`, timeoutSeconds: 60 }],
  });

test("100 slow calls of one workspace take its share and no more: another workspace's call is made at once", async () => {
  const slow = await Promise.all(Array.from({ length: SLOW_CALLS }, () => startCall('greedy', '/slow')));
  await eventuallyEqual(async () => underWay.now, SHARE);
  const startedAt = Date.now();
  await (await startCall('modest', '/fast')).result();
  const tookMs = Date.now() - startedAt;
  assert.ok(tookMs < 5_000, `it took ${tookMs} ms`);
  assert.equal(underWay.now, SHARE, 'the slow ones were still under way');
  endSlowCalls();
  await Promise.all(slow.map((handle) => handle.result()));
  assert.equal(underWay.most, SHARE);
  assert.deepEqual(
    attempts.filter((attempt) => attempt > 1),
    [],
    'to wait for the share costs no attempt',
  );
});
