import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ExecutionNotEndedError, ResultOmittedError } from '../../packages/client/src/index.ts';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { describeRun } from '../../src/temporal/runs/describe-run.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

const run = (executionId: string, runId?: string) =>
  describeRun(world.client, executionWorkflowId(executionId), runId);

const RETENTION_SECONDS = async () => {
  const { config } = await world.client.workflowService.describeNamespace({
    namespace: world.client.options.namespace,
  });
  return Number(config?.workflowExecutionRetentionTtl?.seconds);
};

/** Visibility is written in the background, and the deletion asks it for the runs there are. */
const untilDeletedInTemporal = (delete_: () => Promise<{ temporal: string }>) =>
  eventually(async () => assert.equal((await delete_()).temporal, 'deleted'), 30_000);

test("Temporal deletes all runs of an execution's workflow, and the audit has nothing against it", async () => {
  const workspace = await world.workspace();
  const handle = await world.sluice.executions.start(workspace, {
    workflowType: 'untilTold',
    input: { n: 1 },
  });
  await eventually(async () => assert.equal((await handle.get()).status, 'running'));
  await eventually(async () => assert.notEqual(await run(handle.id), null), 30_000);
  await assert.rejects(handle.deletePayloads(), ExecutionNotEndedError);
  // By continue-as-new, so that there are two runs.
  await world.client.workflow.getHandle(executionWorkflowId(handle.id)).signal('moveOn');
  const second = await eventually(async () => {
    const found = (await run(handle.id))!;
    assert.notEqual(found.runId, found.firstRunId);
    return found;
  }, 30_000);
  await world.finish(handle.id, { secret: 1 });
  assert.deepEqual(await handle.result(), { secret: 1 });

  const first = await handle.deletePayloads();
  assert.equal(first.temporalRetentionSeconds, await RETENTION_SECONDS());
  await untilDeletedInTemporal(() => handle.deletePayloads());
  await eventuallyEqual(() => run(handle.id, second.firstRunId), null, 30_000);
  await eventuallyEqual(() => run(handle.id), null, 30_000);
  assert.equal((await handle.deletePayloads()).deletedAt, first.deletedAt);

  await assert.rejects(
    handle.result(),
    (error) => error instanceof ResultOmittedError && error.reason === 'deleted',
  );
  const report = await auditDeployment({
    database: world.database,
    client: world.client,
    graceSeconds: 60,
    maxIdleSlotSeconds: 60,
  });
  assert.deepEqual(
    report.checks.flatMap(({ breaches }) => breaches),
    [],
  );
  assert.deepEqual(
    report.notes.map(({ kind, executionIds }) => [kind, executionIds]),
    [['not-checkable', [handle.id]]],
  );
});

test("a workflow of somebody else under an execution's id stays", async () => {
  const workspace = await world.workspace();
  const handle = await world.sluice.executions.start(workspace, { workflowType: 'untilTold' });
  await world.finish(handle.id);
  await handle.result();
  const ours = (await run(handle.id))!;
  const theirs = await world.client.workflow.start('whatever', {
    taskQueue: 'nobody',
    workflowId: executionWorkflowId(handle.id),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  await theirs.terminate('closed, and not ours');
  await untilDeletedInTemporal(() => handle.deletePayloads());
  await eventuallyEqual(() => run(handle.id, ours.runId), null, 30_000);
  assert.notEqual(await run(handle.id, theirs.firstExecutionRunId), null);
});

test('a run that is open again after a reset is not ended by a deletion: its history stays, and the answer says so', async () => {
  const workspace = await world.workspace();
  const handle = await world.sluice.executions.start(workspace, { workflowType: 'untilTold' });
  await world.finish(handle.id);
  await handle.result();
  const child = world.client.workflow.getHandle(executionWorkflowId(handle.id));
  const { events } = await child.fetchHistory();
  const { runId } = (await run(handle.id))!;
  const task = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(handle.id), runId },
    reason: 'by the test',
    workflowTaskFinishEventId: task.workflowTaskCompletedEventAttributes!.startedEventId!,
    requestId: `reset-${runId}`,
  });
  const again = await eventually(async () => {
    const found = (await run(handle.id))!;
    assert.notEqual(found.runId, runId);
    return found;
  }, 30_000);
  assert.equal((await handle.deletePayloads()).temporal, 'at-retention');
  assert.equal((await run(handle.id, again.runId))!.isOpen, true);
  await child.terminate('by the test');
});
