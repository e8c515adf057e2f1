import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { gatePage } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

async function enqueueMany(workspaceId: string, count: number) {
  const executions = [];
  for (let i = 0; i < count; i++)
    executions.push(await world.enqueue(workspaceId, 'untilTold', { n: i + 1 }));
  return executions;
}

test('an execution goes from request to result', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'echo', { hello: 'world' });
  const done = await eventually(async () => {
    const execution = await world.execution(workspace, id);
    assert.equal(execution.status, 'completed');
    return execution;
  });
  assert.deepEqual(done.result, { args: [{ hello: 'world' }], queue: `workflow.workspace.${workspace}` });
  assert.equal(done.failure, null);
  await eventually(async () => {
    const { startedAt, runId } = await world.execution(workspace, id);
    const described = await world.client.workflow.getHandle(executionWorkflowId(id)).describe();
    assert.equal(startedAt, described.startTime.toISOString(), "startedAt is Temporal's own");
    assert.equal(runId, described.runId);
  });
});

test('the sixth execution of a pro workspace waits for a slot and gets the first that becomes free', async () => {
  const workspace = await world.workspace();
  const executions = await enqueueMany(workspace, 7);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1, 2, 3, 4, 5]);
  assert.deepEqual(await world.seqs(workspace, 'pending'), [6, 7]);
  assert.equal((await world.execution(workspace, executions[5]!.id)).position, 1);
  assert.equal((await world.execution(workspace, executions[6]!.id)).position, 2);
  await world.finish(executions[2]!.id);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1, 2, 4, 5, 6]);
  assert.deepEqual(await world.seqs(workspace, 'pending'), [7]);
  for (const { id, seq } of executions) if (seq !== 3) await world.finish(id);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3, 4, 5, 6, 7]);
});

test('an enterprise workspace has ten slots', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  const executions = await enqueueMany(workspace, 12);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 10);
  assert.deepEqual(await world.seqs(workspace, 'pending'), [11, 12]);
  for (const { id } of executions) await world.finish(id);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'completed')).length, 12);
});

test('an outcome says what Temporal says', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  const [fails, cancelled, terminated, empty, big] = [
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'nothing'),
    await world.enqueue(workspace, 'large', 300_000),
  ];
  await eventually(() =>
    world.client.workflow.getHandle(executionWorkflowId(fails.id)).signal('fail', 'as told'),
  );
  await eventually(() => world.client.workflow.getHandle(executionWorkflowId(cancelled.id)).cancel());
  await eventually(() =>
    world.client.workflow.getHandle(executionWorkflowId(terminated.id)).terminate('by the test'),
  );
  await eventuallyEqual(async () => (await world.execution(workspace, fails.id)).failure, {
    type: 'ToldToFail',
    message: 'as told',
  });
  await eventuallyEqual(async () => (await world.execution(workspace, cancelled.id)).status, 'cancelled');
  await eventuallyEqual(async () => (await world.execution(workspace, terminated.id)).failure, {
    type: 'Terminated',
    message: 'by the test',
  });
  assert.equal((await world.execution(workspace, terminated.id)).status, 'terminated');
  await eventuallyEqual(async () => (await world.execution(workspace, empty.id)).status, 'completed');
  assert.equal('result' in (await world.execution(workspace, empty.id)), false);
  await eventuallyEqual(async () => (await world.execution(workspace, big.id)).status, 'completed');
  assert.deepEqual((await world.execution(workspace, big.id))['resultOmitted'], {
    reason: 'too-large',
    bytes: 300_002,
  });
});

test("an execution over its tier's longest duration is timed out", async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(async () => (await world.execution(workspace, id)).status, 'running');
  const description = await eventually(() =>
    world.client.workflow.getHandle(executionWorkflowId(id)).describe(),
  );
  const timeout = description.raw.executionConfig?.workflowExecutionTimeout?.seconds;
  assert.equal(Number(timeout), 24 * 3600);
  await world.finish(id);
});

test('payloads pass as the JSON text that was sent', async () => {
  const workspace = await world.workspace();
  const input = '{"z":1.0,"a":12345678901234567890,"a":2,"nul":"\\u0000","e":1e2}';
  const accepted = await world.call<{ id: string }>(
    'POST',
    `/v1/workspaces/${workspace}/executions`,
    `{"workflowType":"untilTold","input":${input}}`,
  );
  assert.equal(accepted.status, 202);
  const handle = world.client.workflow.getHandle(executionWorkflowId(accepted.body.id));
  const history = await eventually(() => handle.fetchHistory());
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  assert.equal(Buffer.from(payload?.data ?? []).toString(), input);
  await world.finish(accepted.body.id);
  await eventuallyEqual(async () => (await world.execution(workspace, accepted.body.id)).status, 'completed');
});

test('a raise admits at once, and a reduction kills nothing and admits nothing until running is below it', async () => {
  const workspace = await world.workspace();
  const executions = await enqueueMany(workspace, 12);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1, 2, 3, 4, 5]);
  await world.call('PATCH', `/v1/workspaces/${workspace}`, { tier: 'enterprise' });
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 10);
  await world.call('PATCH', `/v1/workspaces/${workspace}`, { tier: 'pro' });
  for (const { id } of executions.slice(0, 5)) await world.finish(id);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [6, 7, 8, 9, 10]);
  assert.deepEqual(await world.seqs(workspace, 'pending'), [11, 12]);
  await world.finish(executions[5]!.id);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [7, 8, 9, 10, 11]);
  for (const { id } of executions.slice(6)) await world.finish(id);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'completed')).length, 12);
});

test('an operator resizes a gate by signal: a number is written through as the override, null takes it back', async () => {
  const workspace = await world.workspace();
  const executions = await enqueueMany(workspace, 8);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 5);
  await world.gate(workspace).signal('resize', 7);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1, 2, 3, 4, 5, 6, 7]);
  const { body } = await world.call('GET', `/v1/workspaces/${workspace}`);
  assert.equal(body['limitOverride'], 7);
  await world.gate(workspace).signal('resize', null);
  await eventuallyEqual(
    async () => (await world.call('GET', `/v1/workspaces/${workspace}`)).body['limitOverride'],
    null,
  );
  for (const { id } of executions) await world.finish(id);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'completed')).length, 8);
});

test('a resize that makes no sense is ignored and the gate is unharmed', async () => {
  const workspace = await world.workspace();
  const first = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  for (const nonsense of [0, 1001, 2.5, 'seven', { limit: 7 }, [7], true])
    await world.gate(workspace).signal('resize', nonsense);
  await world.gate(workspace).signal('noSuchSignal', 1);
  const second = await world.enqueue(workspace, 'echo');
  await eventuallyEqual(async () => (await world.execution(workspace, second.id)).status, 'completed');
  assert.equal((await world.call('GET', `/v1/workspaces/${workspace}`)).body['limitOverride'], null);
  await world.finish(first.id);
});

test('a running execution is cancelled through its gate', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(async () => (await world.execution(workspace, id)).status, 'running');
  const answer = await world.call('POST', `/v1/workspaces/${workspace}/executions/${id}/cancel`);
  assert.equal(answer.status, 202);
  assert.equal(answer.body['cancelRequested'], true);
  await eventuallyEqual(async () => (await world.execution(workspace, id)).status, 'cancelled');
});

test('a pending execution that is cancelled never starts, and those behind it keep their order', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const [first, second, third] = [
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
  ];
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  const answer = await world.call('POST', `/v1/workspaces/${workspace}/executions/${second.id}/cancel`);
  assert.equal(answer.status, 200);
  await world.finish(first.id);
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [3]);
  await assert.rejects(world.client.workflow.getHandle(executionWorkflowId(second.id)).describe(), {
    name: 'WorkflowNotFoundError',
  });
  await world.finish(third.id);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 3]);
});

test('the page of a gate shows `running` as soon as a start is confirmed, without another reconcile', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  await eventually(async () => assert.match(await gatePage(world, workspace), /\| untilTold \| running \|/));
  const { events } = await world.gate(workspace).fetchHistory();
  const marks = (events ?? []).filter((event) => event.markerRecordedEventAttributes);
  assert.equal(marks.length, 1, 'one reconcile');
  await world.finish(id);
});

test('a gate answers its snapshot query and shows itself in the Web UI', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  const snapshot = await world.gate(workspace).query<{ running: unknown[]; limit: number }>('snapshot');
  assert.equal(snapshot.limit, 5);
  assert.equal(snapshot.running.length, 1);
  const { body } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
  assert.equal(body['limit'], 5);
  assert.equal(body['source'], 'gate');
  const metadata = await world
    .gate(workspace)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  assert.match(
    metadata.currentDetails ?? '',
    new RegExp(`limit \\*\\*5\\*\\*.*running \\*\\*1\\*\\*[\\s\\S]*${id}`),
  );
  await world.finish(id);
});
