import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { snapshotQuery } from '../../../src/workflows/gate/contract.ts';
import { eventually } from '../../support/eventually.ts';
import { childOf, wake } from '../../support/gates-and-children.ts';
import { type ExecutionBody, type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { GATES_RESERVATIONS: 'true' });
});
after(() => world.stop());

const snapshot = (workspace: string) => world.gate(workspace).query(snapshotQuery);
const status = async (workspace: string, { id }: ExecutionBody) =>
  (await world.execution(workspace, id)).status;

async function isOpen(execution: ExecutionBody): Promise<boolean> {
  try {
    return (await childOf(world, execution.id).describe()).status.name === 'RUNNING';
  } catch {
    return false;
  }
}

/** A full workspace and a queue behind it, of which its gate holds a reservation. */
async function fullWorkspace(limitOverride: number, pending: number) {
  const workspace = await world.workspace({ tier: 'pro', limitOverride });
  const all: ExecutionBody[] = [];
  for (let n = 0; n < limitOverride + pending; n++) all.push(await world.enqueue(workspace, 'untilTold'));
  const running = all.slice(0, limitOverride);
  await eventually(async () => {
    for (const execution of running) assert.equal(await isOpen(execution), true);
  });
  await wake(world, workspace);
  await eventually(async () => assert.equal((await snapshot(workspace)).reserved, pending));
  return { workspace, running, queue: all.slice(limitOverride), all };
}

/** While it is held, no reconcile of the workspace gets anywhere. */
async function holdWorkspace(workspace: string): Promise<{ letGo(): Promise<void> }> {
  const client = await world.database.pool.connect();
  await client.query('begin');
  await client.query('select from workspaces where id = $1 for update', [workspace]);
  return {
    async letGo() {
      await client.query('rollback');
      client.release();
    },
  };
}

/** The events that end the gate's workflow tasks. */
async function tasksOf(workspace: string) {
  const { events } = await world.gate(workspace).fetchHistory();
  return (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: completed, eventId }) =>
    completed && eventId ? [eventId] : [],
  );
}

/** As `temporal workflow reset --event-id` does. */
async function resetTo(
  workspace: string,
  workflowTaskFinishEventId: NonNullable<proto.temporal.api.history.v1.IHistoryEvent['eventId']>,
): Promise<void> {
  const { workflowId, runId } = await world.gate(workspace).describe();
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.temporal.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId,
    // A wake that came after it would be delivered again, and have the gate ask Postgres first.
    resetReapplyExcludeTypes: [
      proto.temporal.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
    ],
    reason: 'by the test',
    requestId: randomUUID(),
  });
}

const reservedOf = async (workspace: string) =>
  (
    await world.database.pool.query(
      'select reserved_by, reserved_through_seq::integer as through, reserved_limit as "limit", is_recalling as recalling from workspaces where id = $1',
      [workspace],
    )
  ).rows[0];

test('the next execution starts in the place of one that ended while Postgres does not answer', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 3);
  const held = await holdWorkspace(workspace);
  await world.finish(running[0]!.id, 'first');
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true), 3_000);
  await held.letGo();
  await eventually(async () => assert.equal(await status(workspace, running[0]!), 'completed'));
  assert.equal(await status(workspace, queue[0]!), 'running');
  assert.equal(await isOpen(queue[1]!), false);
  const { rows } = await world.database.pool.query(
    'select limit_at_admission as "limit" from executions where id = $1',
    [queue[0]!.id],
  );
  assert.deepEqual(rows, [{ limit: 2 }]);
});

test('a queue is worked off in its order, and the counters are right afterwards', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 3 });
  const all: ExecutionBody[] = [];
  for (let n = 0; n < 60; n++) all.push(await world.enqueue(workspace, 'nothing'));
  await eventually(async () => assert.equal((await world.seqs(workspace, 'completed')).length, 60), 60_000);
  const { rows: admissions } = await world.database.pool.query(
    "select seq::integer as seq from events where workspace_id = $1 and kind = 'admitted' order by number",
    [workspace],
  );
  assert.deepEqual(
    admissions.map(({ seq }) => seq),
    all.map((_, index) => index + 1),
  );
  const { rows } = await world.database.pool.query(
    'select running, pending, pending_bytes::integer as bytes from workspaces where id = $1',
    [workspace],
  );
  assert.deepEqual(rows, [{ running: 0, pending: 0, bytes: 0 }]);
});

test('an end that was replaced is recorded within about a second, though nothing else happens', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 4);
  await world.finish(running[0]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true));
  await world.finish(running[1]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[1]!), true));
  await eventually(async () => assert.equal(await status(workspace, running[1]!), 'completed'), 2_500);
  assert.equal(await status(workspace, queue[1]!), 'running');
});

test('a pause ends the right to start: nothing starts once it is confirmed, and the queue goes on after it', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 3);
  const paused = await world.call('PUT', `/v1/workspaces/${workspace}/pause`, { reason: 'by the test' });
  assert.ok(paused.status < 300, paused.text);
  await eventually(async () => assert.equal((await reservedOf(workspace)).reserved_by, null));
  assert.equal((await snapshot(workspace)).reserved, undefined);
  await world.finish(running[0]!.id);
  await eventually(async () => assert.equal(await status(workspace, running[0]!), 'completed'));
  assert.equal(await isOpen(queue[0]!), false);
  const resumed = await world.call('DELETE', `/v1/workspaces/${workspace}/pause`);
  assert.ok(resumed.status < 300, resumed.text);
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true));
  await eventually(async () => assert.ok((await reservedOf(workspace)).reserved_by));
});

for (const [act, ended] of [
  ['cancel', 'cancelled'],
  ['terminate', 'terminated'],
] as const) {
  test(`a reserved execution that somebody asks to ${act} ends without a start, and the one behind it is next`, async () => {
    const { workspace, running, queue } = await fullWorkspace(2, 3);
    const asked = await world.call('POST', `/v1/workspaces/${workspace}/executions/${queue[0]!.id}/${act}`);
    assert.equal(asked.status, 202, asked.text);
    await eventually(async () => assert.equal(await status(workspace, queue[0]!), ended));
    await world.finish(running[0]!.id);
    await eventually(async () => assert.equal(await isOpen(queue[1]!), true));
    await assert.rejects(childOf(world, queue[0]!.id).describe(), { name: 'WorkflowNotFoundError' });
  });
}

test('a gate that is reset to when it held a reservation starts nothing of it: a row of that time may have ended', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 3);
  // A task in which the gate asks Postgres nothing: done again after the reset, it does not either.
  const tasksBefore = (await tasksOf(workspace)).length;
  await world.gate(workspace).signal('of-no-name-that-gates-know');
  await eventually(async () => assert.ok((await tasksOf(workspace)).length > tasksBefore));
  const whenItHeld = (await tasksOf(workspace)).at(-1)!;
  await world.call('POST', `/v1/workspaces/${workspace}/executions/${queue[0]!.id}/cancel`);
  await eventually(async () => assert.equal(await status(workspace, queue[0]!), 'cancelled'));
  await resetTo(workspace, whenItHeld);
  await world.finish(running[0]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[1]!), true));
  await eventually(async () => assert.equal(await status(workspace, running[0]!), 'completed'));
  await assert.rejects(childOf(world, queue[0]!.id).describe(), { name: 'WorkflowNotFoundError' });
});

test('a cut takes the reservation back, and what runs drains to the new limit', async () => {
  const { workspace, running, queue } = await fullWorkspace(3, 4);
  await world.call('PATCH', `/v1/workspaces/${workspace}`, { limitOverride: 1 });
  await eventually(async () => assert.equal((await reservedOf(workspace)).reserved_by, null));
  for (const execution of running.slice(0, 2)) await world.finish(execution.id);
  for (const execution of running.slice(0, 2))
    await eventually(async () => assert.equal(await status(workspace, execution), 'completed'));
  assert.equal(await isOpen(queue[0]!), false, 'one runs, under a limit of one');
  await world.finish(running[2]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true));
  assert.equal(await isOpen(queue[1]!), false);
});

test('what a terminated gate started and did not report is adopted, and nothing starts twice or beyond the limit', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 3);
  const held = await holdWorkspace(workspace);
  await world.finish(running[0]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true), 3_000);
  await world.gate(workspace).terminate('by the test');
  await held.letGo();
  const { runId } = await childOf(world, queue[0]!.id).describe();
  await wake(world, workspace);
  await eventually(async () => assert.equal(await status(workspace, running[0]!), 'completed'));
  await eventually(async () => assert.equal(await status(workspace, queue[0]!), 'running'));
  assert.equal((await childOf(world, queue[0]!.id).describe()).runId, runId);
  assert.equal(await isOpen(queue[1]!), false);
  for (const execution of [running[1]!, ...queue]) await world.finish(execution.id);
  for (const execution of queue)
    await eventually(async () => assert.equal(await status(workspace, execution), 'completed'));
});

test('a gate that continues as new hands over what it has started, and its reservation', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 3);
  const before = (await reservedOf(workspace)).reserved_by;
  const held = await holdWorkspace(workspace);
  await world.finish(running[0]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[0]!), true), 3_000);
  await world.gate(workspace).cancel();
  await held.letGo();
  await eventually(async () => {
    const { reserved_by: by } = await reservedOf(workspace);
    assert.ok(by !== null && by !== before, 'the next run has one of its own');
  });
  assert.equal(await status(workspace, running[0]!), 'completed');
  assert.equal(await status(workspace, queue[0]!), 'running');
  await world.finish(queue[0]!.id);
  await eventually(async () => assert.equal(await isOpen(queue[1]!), true));
});

test('who waits for an execution hears of its end at once, though others are reported later', async () => {
  const { workspace, running, queue } = await fullWorkspace(2, 6);
  const waiting = world.call('GET', `/v1/workspaces/${workspace}/executions/${running[0]!.id}?wait=20`);
  await eventually(async () => {
    const { rows } = await world.database.pool.query(
      'select from workspace_listeners where workspace_id = $1',
      [workspace],
    );
    assert.equal(rows.length, 1);
  });
  // One that is replaced and reported begins the second in which another report may wait.
  await world.finish(running[1]!.id);
  await eventually(async () => assert.equal(await status(workspace, running[1]!), 'completed'));
  const begun = performance.now();
  await world.finish(running[0]!.id, 'heard');
  const { body } = await waiting;
  const tookMs = performance.now() - begun;
  assert.equal(body['status'], 'completed');
  assert.ok(tookMs < 800, `it was told after ${tookMs} ms`);
  assert.equal(await isOpen(queue[1]!), true);
});
