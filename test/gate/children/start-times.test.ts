import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { createStartRecorder } from '../../../src/activities/gate/record-starts.ts';
import { executionWorkflowId } from '../../../src/domain/names.ts';
import { createLog } from '../../../src/process/log.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { noMeasures } from '../../support/measures.ts';
import { type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

/** More than are described one by one. */
const MANY = 12;

test('start times of many executions are learned by one look at visibility, and are those of their first runs', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: MANY });
  const ids: string[] = [];
  for (let i = 0; i < MANY; i++) ids.push((await world.enqueue(workspace, 'untilTold')).id);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, MANY);
  // One of them goes on in a further run, which did not start it.
  const [moved] = ids as [string];
  const handle = world.client.workflow.getHandle(executionWorkflowId(moved));
  const { runId: firstRun } = await eventually(() => handle.describe());
  await handle.signal('moveOn');
  await eventually(async () => assert.notEqual((await handle.describe()).runId, firstRun));
  await eventually(async () => {
    for (const id of ids) assert.ok((await world.execution(workspace, id)).startedAt);
  });

  await world.database.pool.query('update executions set started_at = null where workspace_id = $1', [
    workspace,
  ]);
  const recorder = createStartRecorder({
    client: withoutDescribe(world.client),
    database: world.database,
    log: createLog({ level: 'fatal', process: 'test' }),
    measures: noMeasures,
  });
  // Visibility follows a moment later.
  await eventually(async () => {
    await recorder.record(ids, new AbortController().signal);
    for (const id of ids) assert.ok((await world.execution(workspace, id)).startedAt);
  });
  for (const id of ids) {
    const runId = (await world.execution(workspace, id)).runId!;
    const { startTime } = await world.client.workflow.getHandle(executionWorkflowId(id), runId).describe();
    assert.equal((await world.execution(workspace, id)).startedAt, startTime.toISOString());
  }
  for (const id of ids) await world.finish(id);
});

test('a start that comes after it was first looked for is recorded all the same', async () => {
  const workspace = await world.workspace({ tier: 'pro', workers: 'external' });
  const id = randomUUID();
  await world.database.pool.query(
    `insert into executions (id, workspace_id, seq, status, workflow_type, admitted_at)
     values ($1, $2, 1, 'running', 'untilTold', clock_timestamp())`,
    [id, workspace],
  );
  let looks = 0;
  const { workflow } = world.client;
  const recorder = createStartRecorder({
    client: withService(world.client, {
      describeWorkflowExecution: (request) => {
        looks++;
        return world.client.workflowService.describeWorkflowExecution(request);
      },
    }),
    database: world.database,
    log: createLog({ level: 'fatal', process: 'test' }),
    measures: noMeasures,
  });
  recorder.note([id]);
  await eventually(() => assert.ok(looks > 0, 'it was looked for'));
  const handle = await workflow.start('untilTold', {
    workflowId: executionWorkflowId(id),
    taskQueue: 'nobody-polls-it',
    memo: { sluiceExecution: id },
  });
  await eventually(async () => {
    const { rows } = await world.database.pool.query<{ run_id: string | null }>(
      'select run_id from all_executions where id = $1',
      [id],
    );
    assert.equal(rows[0]?.run_id, handle.firstExecutionRunId);
  });
  await recorder.stop();
  await handle.terminate('by the test');
});

test('an execution that cannot be described, and a visibility that is away, keep no other start time from being recorded', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: MANY });
  const ids: string[] = [];
  for (let i = 0; i < MANY; i++) ids.push((await world.enqueue(workspace, 'untilTold')).id);
  await eventually(async () => {
    for (const id of ids) assert.ok((await world.execution(workspace, id)).startedAt);
  });
  await world.database.pool.query('update executions set started_at = null where workspace_id = $1', [
    workspace,
  ]);
  const [bad, ...others] = ids as [string, ...string[]];
  const recorder = createStartRecorder({
    client: withService(world.client, {
      describeWorkflowExecution: (request) => {
        if (request.execution?.workflowId === executionWorkflowId(bad))
          return Promise.reject(new Error('this one cannot be read'));
        return world.client.workflowService.describeWorkflowExecution(request);
      },
      listWorkflowExecutions: () => Promise.reject(new Error('visibility is away')),
    }),
    database: world.database,
    log: createLog({ level: 'silent', process: 'test' }),
    measures: noMeasures,
  });
  assert.equal(await recorder.record(ids, new AbortController().signal), others.length);
  for (const id of others) assert.ok((await world.execution(workspace, id)).startedAt);
  assert.equal((await world.execution(workspace, bad)).startedAt, null);
  for (const id of ids) await world.finish(id);
});

function withoutDescribe(client: Client): Client {
  return withService(client, {
    describeWorkflowExecution: () => Promise.reject(new Error('this test permits no describe')),
  });
}

/** The client, with some calls of Temporal's API in other hands. */
function withService(
  client: Client,
  calls: {
    describeWorkflowExecution?: (
      request: temporal.api.workflowservice.v1.IDescribeWorkflowExecutionRequest,
    ) => Promise<unknown>;
    listWorkflowExecutions?: () => Promise<unknown>;
  },
): Client {
  const service = Object.create(
    client.workflowService,
    Object.fromEntries(Object.entries(calls).map(([name, value]) => [name, { value }])),
  ) as unknown;
  return Object.create(client, { workflowService: { value: service } }) as Client;
}
