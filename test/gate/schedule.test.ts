import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ExecutionExpiredError } from '../../packages/client/src/index.ts';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { advanceSchedule } from '../../src/db/schedule/advance-schedule.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { statusOf } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

const SWEEP_INTERVAL_SECONDS = 2;
/** An interval until it is overdue, one until the sweep comes, and room for a slow machine. */
const WITHIN_MS = 10 * SWEEP_INTERVAL_SECONDS * 1000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: String(SWEEP_INTERVAL_SECONDS) });
});
after(() => world.stop());

const inMs = (ms: number) => new Date(Date.now() + ms);

test('an execution enters the queue when its time has come, runs, and gives its result', async () => {
  const workspace = await world.workspace();
  const startAfter = inMs(1_500);
  const started = await world.sluice.start('echo', { workspace, input: 'later', startAfter });
  assert.deepEqual([started.execution.status, started.execution.seq], ['scheduled', null]);
  const now = await world.enqueue(workspace, 'nothing');
  assert.equal(now.seq, 1);
  assert.deepEqual(await started.result({ timeout: 20_000 }), {
    args: ['later'],
    queue: `workflow.workspace.${workspace}`,
  });
  const { seq, admittedAt } = await started.get();
  assert.equal(seq, 2);
  assert.ok(admittedAt! >= startAfter.toISOString());
});

test('an execution that has no slot by its startBefore expires, and the next one gets the slot', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => assert.equal(await statusOf(world, workspace, first.id), 'running'));
  const startBefore = inMs(1_000);
  const late = await world.sluice.start('nothing', { workspace, startBefore });
  const next = await world.enqueue(workspace, 'nothing');
  const error = await late.result({ timeout: 20_000 }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ExecutionExpiredError);
  const { status, failure, admittedAt, closedAt } = error.execution;
  assert.deepEqual([status, failure?.type, admittedAt], ['expired', 'Expired', null]);
  assert.ok(closedAt! >= startBefore.toISOString());
  assert.equal(failure!.message, `It was not admitted before its startBefore, ${startBefore.toISOString()}.`);
  assert.equal(await statusOf(world, workspace, next.id), 'pending');
  await world.finish(first.id);
  await eventually(async () => assert.equal(await statusOf(world, workspace, next.id), 'completed'));
});

test('a poller that dies between its commit and its wake leaves what the sweep finds', async () => {
  const workspace = await world.workspace();
  await world.stopWorker();
  const { id } = (await world.sluice.start('nothing', { workspace, startAfter: inMs(3_600_000) })).execution;
  await world.database.pool.query('update executions set start_after = clock_timestamp() where id = $1', [
    id,
  ]);
  assert.equal((await advanceSchedule(world.database, workspace)).entered.length, 1);
  await world.startWorker();
  await eventually(async () => assert.equal(await statusOf(world, workspace, id), 'completed'), WITHIN_MS);
});

test('what was due while no worker ran enters in the order of its times when one is back, or has expired', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  await world.stopWorker();
  const [now, ids] = [Date.now(), [] as string[]];
  const times = [900, 300, 600, 450];
  for (const [index, ms] of times.entries()) {
    const { execution } = await world.sluice.start('nothing', {
      workspace,
      startAfter: new Date(now + 3_000 + ms),
      ...(index === 3 && { startBefore: new Date(now + 3_600) }),
    });
    assert.equal(execution.status, 'scheduled');
    ids.push(execution.id);
  }
  await eventually(() => assert.ok(Date.now() > now + 4_500));
  await world.startWorker();
  await eventually(async () => {
    const found = await Promise.all(ids.map((id) => world.execution(workspace, id)));
    assert.deepEqual(
      found.map(({ status, seq }) => [status, seq]),
      [
        ['completed', 3],
        ['completed', 1],
        ['completed', 2],
        ['expired', null],
      ],
    );
  }, WITHIN_MS);
});

test('a scheduled execution is cancelled and terminated by request, and none of this breaks a rule', async () => {
  const workspace = await world.workspace();
  const later = () => world.sluice.start('nothing', { workspace, startAfter: inMs(3_600_000) });
  const [one, other, kept] = [await later(), await later(), await later()];
  assert.equal((await one.cancel()).status, 'cancelled');
  assert.equal((await other.terminate()).status, 'terminated');
  assert.equal((await world.sluice.workspaces.get(workspace)).scheduled, 1);
  await eventuallyEqual(async () => {
    const { rows } = await world.database.pool.query<{ id: string }>('select id from executions');
    return rows.map(({ id }) => id);
  }, [kept.id]);
  const { checks, ok } = await auditDeployment({ database: world.database, client: world.client });
  assert.ok(ok, JSON.stringify(checks.filter(({ breaches }) => breaches.length > 0)));
  const { measured } = checks.find(({ invariant }) => invariant === 'SCHEDULE')!;
  assert.match(measured, /^5 entered at their time, .*; 2 expired$/);
});
