import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { workspaceQueue } from '../../src/domain/names.ts';
import { stockWorkerFactory } from '../../src/worker/sdk/shared-workflow-creator.ts';
import { loadUserActivities } from '../../src/worker/code/user-activities.ts';
import { loadUserWorkflows } from '../../src/worker/code/user-workflows.ts';
import { createPollDrain } from '../../src/worker/sdk/poll-drain.ts';
import { createWorkspaceWorker } from '../../src/worker/roles/workspace-worker.ts';
import { EXAMPLE_PATHS } from '../support/example-paths.ts';
import { type Connected, connect, workerConfig } from '../worker/connected.ts';

let at: Connected;
let stopWorker: () => Promise<void>;

before(async () => {
  at = await connect(import.meta.url);
  const config = workerConfig(EXAMPLE_PATHS);
  const worker = await createWorkspaceWorker('report', {
    connection: at.connection,
    namespace: at.namespace,
    config,
    factory: stockWorkerFactory(),
    workflows: await loadUserWorkflows(config.WORKFLOWS_PATH, at.log),
    activities: await loadUserActivities(config.ACTIVITIES_PATH),
    polls: createPollDrain(),
  });
  const run = worker.run();
  stopWorker = async () => {
    worker.shutdown();
    await run;
  };
});
after(async () => {
  await stopWorker();
  await at.close();
});

const report = (...args: unknown[]) =>
  at.client.workflow.execute('orderReport', {
    workflowId: randomUUID(),
    taskQueue: workspaceQueue('report'),
    args,
  });

test('the report sums up the shipped orders by country, in steps on the workspace queue', async () => {
  const all = (await report()) as { countries: number; orders: number; revenueCents: number; report: string };
  assert.deepEqual([all.countries, all.orders], [10, 240]);
  assert.match(all.report, /^# Orders by country\n\n\| Country \| Orders \| Revenue \| Best product \|/);
  assert.ok(all.report.endsWith(`Total: ${(all.revenueCents / 100).toFixed(2)} EUR`));
  const some = (await report({ title: 'Two', countries: ['Japan', 'Kenya'] })) as typeof all;
  assert.equal(some.countries, 2);
  assert.ok(some.orders < all.orders);
});

test('a country without orders is refused by name', async () => {
  await assert.rejects(report({ countries: ['Atlantis'] }), (error: Error) =>
    /no orders from Atlantis/.test(String(error.cause)),
  );
});
