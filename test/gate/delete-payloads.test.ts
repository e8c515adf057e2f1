import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { ExecutionNotEndedError, ResultOmittedError } from '../../packages/client/src/index.ts';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { describeRun } from '../../src/temporal/runs/describe-run.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

const { RESET_REAPPLY_TYPE_NONE } = proto.temporal.api.enums.v1.ResetReapplyType;

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

const run = (executionId: string, runId?: string) =>
  describeRun(world.client, executionWorkflowId(executionId), runId);

const retentionSeconds = async () => {
  const { config } = await world.client.workflowService.describeNamespace({
    namespace: world.client.options.namespace,
  });
  return Number(config?.workflowExecutionRetentionTtl?.seconds);
};

/** The server deletes what has just closed within a minute. */
const DELETED_WITHIN_MS = 120_000;

/** Visibility is written in the background, and the deletion asks it for the runs there are. */
const untilDeletionIsAsked = (execution: { deletePayloads(): Promise<{ temporal: string }> }) =>
  eventually(async () => assert.equal((await execution.deletePayloads()).temporal, 'deleted'), 30_000);

/** Starts an execution and waits for its workflow's first task, so that what follows comes after it. */
async function begun() {
  const workspace = await world.workspace();
  const handle = await world.sluice.start('untilTold', { workspace, input: { n: 1 } });
  await eventually(async () => assert.ok((await run(handle.id))!.historyLength > 3), 30_000);
  return handle;
}

test("Temporal deletes all runs of an execution's workflow and none of somebody else's, and the audit has nothing against it", async () => {
  const handle = await begun();
  await assert.rejects(handle.deletePayloads(), ExecutionNotEndedError);
  const child = world.client.workflow.getHandle(executionWorkflowId(handle.id));
  await child.signal('moveOn');
  const second = await eventually(async () => {
    const found = (await run(handle.id))!;
    assert.notEqual(found.runId, found.firstRunId);
    return found;
  }, 30_000);
  await world.finish(handle.id, { secret: 1 });
  assert.deepEqual(await handle.result(), { secret: 1 });
  const theirs = await world.client.workflow.start('whatever', {
    taskQueue: 'nobody',
    workflowId: child.workflowId,
  });
  await theirs.terminate('closed, and not ours');

  const first = await handle.deletePayloads();
  assert.equal(first.temporalRetentionSeconds, await retentionSeconds());
  await untilDeletionIsAsked(handle);
  assert.equal((await handle.deletePayloads()).deletedAt, first.deletedAt);
  for (const runId of [second.firstRunId, second.runId])
    await eventuallyEqual(() => run(handle.id, runId), null, DELETED_WITHIN_MS);
  assert.equal((await run(handle.id))?.runId, theirs.firstExecutionRunId);

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

test('a run that is open again after a reset is not ended by a deletion: its history stays, and the answer says so', async () => {
  const handle = await begun();
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
    // The signal that ended it would end it again.
    resetReapplyType: RESET_REAPPLY_TYPE_NONE,
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
