import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StartOptions } from '../../../packages/client/src/index.ts';
import { auditDeployment } from '../../../src/audit/audit-deployment.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { childOf, statusOf, wake } from '../../support/gates-and-children.ts';
import { type World, startWorld } from '../../support/world.ts';

const SWEEP_INTERVAL_SECONDS = 2;
/** An interval until it is overdue, one until the sweep comes, and room for a slow machine. */
const WITHIN_MS = 10 * SWEEP_INTERVAL_SECONDS * 1000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: String(SWEEP_INTERVAL_SECONDS) });
});
after(() => world.stop());

type FromAttempt = (attempt?: number) => Promise<unknown>;
const start = async (workflow: string, options: StartOptions<FromAttempt>) =>
  (await world.sluice.start<FromAttempt>(workflow, options)).execution;

const ended = (workspace: string, id: string) =>
  eventually(async () => {
    const execution = await world.execution(workspace, id);
    assert.notEqual(execution.closedAt, null);
    return execution;
  }, WITHIN_MS);

/** It has failed once, and Temporal waits before it tries again. */
async function pausing(id: string): Promise<void> {
  await eventually(async () => {
    const { raw, historyLength } = await childOf(world, id).describe();
    const info = raw.workflowExecutionInfo!;
    assert.notEqual(info.execution?.runId, info.firstRunId);
    assert.equal(historyLength, 1);
  });
}

test('an execution that fails is run again by its policy, keeps its slot meanwhile, and ends as its last attempt', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const retryPolicy = { initialInterval: 0.4, backoffCoefficient: 1, maximumAttempts: 3 };
  const first = await start('failUntil', { workspace, input: 3, retryPolicy });
  const next = await world.enqueue(workspace, 'nothing');
  await pausing(first.id);
  assert.equal(await statusOf(world, workspace, next.id), 'pending');
  const done = await ended(workspace, first.id);
  assert.deepEqual([done.status, done.result, done.failure], ['completed', 3, null]);
  const { admittedAt } = await ended(workspace, next.id);
  assert.ok(admittedAt! >= done.closedAt!, 'the slot was held over all attempts');
  await eventually(async () => {
    const { startedAt, runId } = await world.execution(workspace, first.id);
    const { raw } = await childOf(world, first.id).describe();
    assert.equal(runId, raw.workflowExecutionInfo!.firstRunId, 'the run that it began with');
    const begun = await world.client.workflow.getHandle(`execution.${first.id}`, runId!).describe();
    assert.equal(startedAt, begun.startTime.toISOString());
    assert.ok(Date.parse(done.closedAt!) - Date.parse(startedAt) >= 800, 'both pauses are part of it');
  });
});

test('the last attempt that its policy allows, and a failure that it does not retry, are its end', async () => {
  const workspace = await world.workspace();
  const [spent, final] = [
    await start('failUntil', {
      workspace,
      input: 9,
      retryPolicy: { initialInterval: 0.1, maximumAttempts: 2 },
    }),
    await start('failUntil', {
      workspace,
      input: 9,
      retryPolicy: { initialInterval: 0.1, nonRetryableErrorTypes: ['NotYet'] },
    }),
  ];
  const failures = [];
  for (const { id } of [spent, final]) failures.push((await ended(workspace, id)).failure);
  assert.deepEqual(failures, [
    { type: 'NotYet', message: 'attempt 2' },
    { type: 'NotYet', message: 'attempt 1' },
  ]);
});

test('an execution that pauses before its next attempt is terminated at once', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const policy = { initialInterval: 3_600, maximumInterval: 3_600 };
  const { id } = await start('failUntil', { workspace, input: 9, retryPolicy: policy });
  const next = await world.enqueue(workspace, 'nothing');
  await pausing(id);
  await world.sluice.executions.terminate(workspace, id);
  assert.equal((await ended(workspace, id)).status, 'terminated');
  assert.equal((await ended(workspace, next.id)).status, 'completed');
});

test('a cancellation in a pause reaches the next attempt', async () => {
  const workspace = await world.workspace();
  const retryPolicy = { initialInterval: 4 };
  const { id } = await start('failOnce', { workspace, retryPolicy });
  await pausing(id);
  await world.sluice.executions.cancel(workspace, id);
  assert.equal((await ended(workspace, id)).status, 'cancelled');
});

test('a gate that adopts an execution in a pause leaves it in peace, and hears of its end', async () => {
  const workspace = await world.workspace();
  const retryPolicy = { initialInterval: 12, maximumAttempts: 2 };
  const { id } = await start('failUntil', { workspace, input: 2, retryPolicy });
  await pausing(id);
  await world.gate(workspace).terminate('by the test');
  await wake(world, workspace);
  const { status, result } = await eventually(async () => {
    const execution = await world.execution(workspace, id);
    assert.notEqual(execution.closedAt, null);
    return execution;
  }, 60_000);
  assert.deepEqual([status, result], ['completed', 2]);
  const { events } = await childOf(world, id).fetchHistory();
  const signals = events!.filter((event) => event.workflowExecutionSignaledEventAttributes);
  assert.deepEqual(signals, [], 'it was not nudged');
});

test('an execution is timed out after its own time, with all attempts', async () => {
  const workspace = await world.workspace();
  const [long, failing] = [
    await start('untilTold', { workspace, executionTimeout: 2 }),
    await start('failUntil', {
      workspace,
      input: 9,
      executionTimeout: 2,
      retryPolicy: { initialInterval: 0.5, backoffCoefficient: 1 },
    }),
  ];
  const { status, failure, executionTimeout } = await ended(workspace, long.id);
  assert.deepEqual(
    { status, failure, executionTimeout },
    {
      status: 'timed_out',
      failure: { type: 'TimedOut', message: 'The execution ran into its longest duration of 2 s.' },
      executionTimeout: 2,
    },
  );
  const last = await ended(workspace, failing.id);
  assert.ok(['failed', 'timed_out'].includes(last.status), last.status);
  assert.ok(Date.parse(last.closedAt!) - Date.parse(last.startedAt ?? last.admittedAt!) < 10_000);
});

test('labels are in the memo of the workflow and on its page, and change nothing there', async () => {
  const workspace = await world.workspace();
  const labels = { customer: 'a | b [x](http://y)\\', 'report/kind': 'monthly' };
  const { id } = await start('nothing', { workspace, labels });
  await ended(workspace, id);
  const described = await childOf(world, id).describe();
  assert.deepEqual(described.memo?.['sluiceLabels'], labels);
  const details = await described.staticDetails();
  assert.match(
    details!,
    /\| customer \| a \\\| b \\\[x\\\]\\\(http:\/\/y\\\)\\\\ \|\n\| report\/kind \| monthly \|$/,
  );
  const plain = await world.enqueue(workspace, 'nothing');
  await ended(workspace, plain.id);
  const other = await childOf(world, plain.id).describe();
  assert.equal(other.memo?.['sluiceLabels'], undefined);
  assert.match((await other.staticDetails())!, /Z\.$/);
});

test('what retried, expired and was timed out passes the audit', async () => {
  await eventuallyEqual(async () => {
    const { rows } = await world.database.pool.query('select 1 from executions');
    return rows.length;
  }, 0);
  const { checks, ok } = await auditDeployment({ database: world.database, client: world.client });
  assert.ok(ok, JSON.stringify(checks.filter(({ breaches }) => breaches.length > 0)));
});
