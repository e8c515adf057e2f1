import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import { type Started, launch } from '../support/started.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

const LIMIT = 5;
const REST_MS = 300;
/** Rows kept waiting for as long as workers are restarted, so that every free slot counts. */
const WAITING = 15;

/** What docs/failure-modes.md promises of a rolling restart: the longest that a slot stands free beside a waiting row. */
const IDLE_SLOT_MAX_MS = 5_000;

let world: World;
let workers: Started[] = [];
before(async () => {
  world = await startWorld(import.meta.url);
  await world.stopWorker();
  workers = [startWorkerProcess(), startWorkerProcess()];
});
after(async () => {
  for (const worker of workers) worker.child.kill('SIGTERM');
  await Promise.all(workers.map((worker) => worker.ended()));
  await world.stop();
});

function startWorkerProcess(): Started {
  const { DATABASE_URL, WORKFLOWS_PATH, ACTIVITIES_PATH } = world.config;
  return launch(
    {
      DATABASE_URL,
      WORKFLOWS_PATH,
      ACTIVITIES_PATH,
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS']!,
      TEMPORAL_NAMESPACE: world.client.options.namespace,
    },
    [process.execPath, 'dist/src/worker.js'],
  );
}

const started = (worker: Started) =>
  eventually(() => assert.match(worker.printed(), /worker started/), 30_000);

test('a rolling restart of all workers under load fails no execution, repeats none, and leaves no slot free for long', async () => {
  await Promise.all(workers.map(started));
  const workspace = await world.workspace({ tier: 'pro' });
  const executions: ExecutionBody[] = [];
  const done = async () => (await world.seqs(workspace, 'completed')).length;
  const feed = async () => {
    while (executions.length < (await done()) + LIMIT + WAITING) {
      executions.push(await world.enqueue(workspace, 'restFor', REST_MS));
    }
  };
  const feedUntil = async (holds: () => Promise<boolean> | boolean) =>
    eventually(async () => {
      await feed();
      assert.ok(await holds());
    }, 60_000);
  for (const [index, worker] of [...workers].entries()) {
    const before = await done();
    await feedUntil(async () => (await done()) >= before + 10);
    worker.child.kill('SIGTERM');
    await feedUntil(() => worker.child.exitCode !== null);
    assert.equal(await worker.ended(), 0, 'it drains and ends well');
    workers[index] = startWorkerProcess();
    await feedUntil(() => workers[index]!.printed().includes('worker started'));
  }
  await eventually(async () => assert.equal(await done(), executions.length), 60_000);
  for (const { id } of executions) {
    assert.deepEqual(
      (await world.execution(workspace, id)).result,
      { attempt: 1 },
      'what a worker had begun, it ended',
    );
  }
  const idleMs = await longestIdleSlotMs(executions.map(({ id }) => id));
  console.log(`longest time that a slot stood free: ${idleMs} ms`);
  assert.ok(idleMs <= IDLE_SLOT_MAX_MS, `a slot stood free for ${idleMs} ms`);
});

/** By Temporal's own clock: the longest stretch with fewer open than the limit, from the first start to the last. */
async function longestIdleSlotMs(ids: readonly string[]): Promise<number> {
  const changes: { at: number; by: 1 | -1 }[] = [];
  let lastStart = 0;
  for (const id of ids) {
    const { startTime, closeTime } = await world.client.workflow
      .getHandle(executionWorkflowId(id))
      .describe();
    changes.push({ at: startTime.getTime(), by: 1 }, { at: closeTime!.getTime(), by: -1 });
    lastStart = Math.max(lastStart, startTime.getTime());
  }
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let open = 0;
  let idleSince: number | null = changes[0]!.at;
  let longest = 0;
  for (const { at, by } of changes) {
    if (at > lastStart) break;
    open += by;
    assert.ok(open <= LIMIT, 'CAP');
    if (open >= LIMIT && idleSince !== null) {
      longest = Math.max(longest, at - idleSince);
      idleSince = null;
    } else if (open < LIMIT) idleSince ??= at;
  }
  return longest;
}
