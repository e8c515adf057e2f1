import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import type { Running } from '../../src/process/run-process.ts';
import { type WorkerOptions, startWorker } from '../../src/worker/start-worker.ts';
import { changedGateBundle } from '../replay/changed-gate-bundle.ts';
import { eventually } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

/** Enough to see them move at different times; each test moves all of them. */
const WORKSPACES = 8;
const EXECUTIONS = 4;

/** A gate with work restarts within 5 s; the rest is for a machine that is slow. */
const MOVED_WITHIN_MS = 30_000;

/** A run's start and its first workflow task; what the task decided comes after them. */
const TASK_EVENTS = 4;

const today: WorkerOptions = {};
let changed: WorkerOptions;
let world: World;
before(async () => {
  changed = { gateBundle: await changedGateBundle() };
  // No sweep: these claims hold without it.
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '3600' });
});
after(() => world.stop());

/** Stops the worker and starts one with that gate code. */
async function restartWorker(options: WorkerOptions): Promise<void> {
  await world.stopWorker();
  await world.startWorker(options);
}

interface Busy {
  readonly workspace: string;
  readonly executions: ExecutionBody[];
}

const child = (execution: ExecutionBody | undefined) =>
  world.client.workflow.getHandle(executionWorkflowId(execution!.id));
const gateRunOf = async (workspace: string) => (await world.gate(workspace).describe()).runId;
const gateRunsOf = (busy: readonly Busy[]) => Promise.all(busy.map(({ workspace }) => gateRunOf(workspace)));

/** Workspaces of two slots: two executions run and the others wait. */
async function busyWorkspaces(): Promise<Busy[]> {
  const busy = await Promise.all(
    Array.from({ length: WORKSPACES }, async () => {
      const workspace = await world.workspace({ tier: 'pro', limitOverride: 2 });
      const executions: ExecutionBody[] = [];
      for (let n = 0; n < EXECUTIONS; n++) executions.push(await world.enqueue(workspace, 'untilTold'));
      return { workspace, executions };
    }),
  );
  for (const { executions } of busy)
    for (const execution of executions.slice(0, 2))
      await eventually(async () => assert.equal((await child(execution).describe()).status.name, 'RUNNING'));
  return busy;
}

/** Ends the execution of that seq in each, and waits until the one that waited has its slot. Returns how long the slowest took. */
async function handoff(busy: readonly Busy[], seq: number): Promise<number> {
  const stays = () => Promise.all(busy.map(({ executions }) => child(executions[seq]).describe()));
  const untouched = await stays();
  const begun = Date.now();
  await Promise.all(busy.map(({ executions }) => world.finish(executions[seq - 1]!.id)));
  await eventually(async () => {
    for (const { workspace } of busy)
      assert.deepEqual(await world.seqs(workspace, 'running'), [seq + 1, seq + 2]);
  }, MOVED_WITHIN_MS);
  const took = Date.now() - begun;
  assert.deepEqual(
    (await stays()).map(({ runId, status }) => [runId, status.name]),
    untouched.map(({ runId }) => [runId, 'RUNNING']),
    'the child in flight is untouched',
  );
  return took;
}

async function finishLastTwo(busy: readonly Busy[]): Promise<void> {
  for (const { executions } of busy) for (const { id } of executions.slice(-2)) await world.finish(id);
  await eventually(async () => {
    for (const { workspace } of busy)
      assert.equal((await world.seqs(workspace, 'completed')).length, EXECUTIONS);
  }, MOVED_WITHIN_MS);
  for (const execution of busy.flatMap(({ executions }) => executions)) {
    const { raw, runId } = await child(execution).describe();
    assert.equal(raw.workflowExecutionInfo?.firstRunId, runId, 'it ran once');
  }
}

test('gates move by themselves to code that cannot replay them, and back: no child is disturbed, no slot is lost', async (t) => {
  const busy = await busyWorkspaces();
  // One that has continued as new, because it must move like the others.
  const first = await gateRunOf(busy[0]!.workspace);
  await world.gate(busy[0]!.workspace).cancel();
  await eventually(async () => {
    const { runId, historyLength } = await world.gate(busy[0]!.workspace).describe();
    assert.notEqual(runId, first);
    // A run whose first task is still to come has nothing to replay: the changed code would begin it.
    assert.ok(historyLength > TASK_EVENTS, `the new run has had its first task: ${historyLength} events`);
  });

  for (const [seq, change, options] of [
    [1, 'upgraded', changed],
    [2, 'rolled back', today],
  ] as const) {
    const runsBefore = await gateRunsOf(busy);
    await restartWorker(options);
    t.diagnostic(`${change}: ${WORKSPACES} gates handed a slot over within ${await handoff(busy, seq)} ms`);
    for (const [index, run] of (await gateRunsOf(busy)).entries())
      assert.notEqual(run, runsBefore[index], `gate ${index} has not moved`);
  }
  await finishLastTwo(busy);
});

test('a gate without work does not move until it has some: an upgrade does not restart all gates at once', async () => {
  const [idle, busy] = [await world.workspace(), await world.workspace()];
  const runOne = async (workspace: string, seq: number) => {
    await world.enqueue(workspace, 'nothing');
    await eventually(
      async () => assert.ok((await world.seqs(workspace, 'completed')).includes(seq)),
      MOVED_WITHIN_MS,
    );
  };
  for (const workspace of [idle, busy]) await runOne(workspace, 1);
  const runBefore = await gateRunOf(idle);

  await restartWorker(changed);
  await runOne(busy, 2);
  assert.equal(await gateRunOf(idle), runBefore);
  await runOne(idle, 2);
  assert.notEqual(await gateRunOf(idle), runBefore);
});

test('a rolling deploy: while workers of both versions poll, and after the old ones are gone, everything goes on', async (t) => {
  // The run before left the changed gate; whichever is the older makes no difference.
  const other: Running = await startWorker(
    world.config,
    createLog({ level: 'fatal', process: 'test' }),
    world.temporal,
    today,
  );
  try {
    const busy = await busyWorkspaces();
    t.diagnostic(`both versions: ${WORKSPACES} gates handed a slot over within ${await handoff(busy, 1)} ms`);
    await world.stopWorker();
    t.diagnostic(`one version: ${WORKSPACES} gates handed a slot over within ${await handoff(busy, 2)} ms`);
    await finishLastTwo(busy);
  } finally {
    await other.stop();
  }
});
