import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { type Started, launch } from '../support/processes/started.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

const LIMIT = 5;
const REST_MS = 300;
/** Rows kept waiting for as long as workers are restarted, so that every free slot counts. */
const WAITING = 15;

/** What docs/failure-modes.md promises of a rolling restart. A task lost on its way to a worker would take 10 s or more. */
const MAX_IDLE_SLOT_SECONDS = 5;

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
      TEMPORAL_ADDRESS: world.temporal.address,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
    [process.execPath, 'dist/src/cli/sluice.js', 'worker'],
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
  const audit = await auditDeployment({
    database: world.database,
    client: world.client,
    maxIdleSlotSeconds: MAX_IDLE_SLOT_SECONDS,
  });
  console.log(audit.checks.find(({ invariant }) => invariant === 'WORK-CONSERVING')!.measured);
  assert.deepEqual(
    audit.checks.flatMap(({ breaches }) => breaches.map(({ what }) => what)),
    [],
  );
});
