import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import {
  SHORT_NOT_FOUND_RULE,
  childOf,
  insertClaimed,
  runningExecution,
  startClaimed,
  statusOf,
  wake,
} from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, {}, undefined, { notFoundRule: SHORT_NOT_FOUND_RULE });
});
after(() => world.stop());

const child = (id: string) => childOf(world, id);
const status = (workspace: string, id: string) => statusOf(world, workspace, id);

test('an execution that must be watched while a watch is under way is watched at once, not after that turn', async () => {
  const workspace = await world.workspace();
  const adopted = await runningExecution(world, workspace);
  await world.gate(workspace).terminate('by the test');
  await wake(world, workspace);
  await eventually(async () => {
    const { raw } = await world.gate(workspace).describe();
    assert.equal(raw.pendingActivities?.length, 1, 'the watch of the adopted one is under way');
  });
  const later = await insertClaimed(world, workspace);
  await startClaimed(world, workspace, later);
  await wake(world, workspace);
  await world.finish(later, 'seen');
  await eventually(
    async () => assert.equal((await world.execution(workspace, later)).result, 'seen'),
    20_000,
  );
  assert.equal(await status(workspace, adopted.id), 'running');
  await world.finish(adopted.id);
  await eventually(async () => assert.equal(await status(workspace, adopted.id), 'completed'));
});

test('a claimed row older than retention is looked for: adopted when Temporal has it', async () => {
  const workspace = await world.workspace();
  const id = await insertClaimed(world, workspace, { admittedAgo: '60 days' });
  await startClaimed(world, workspace, id);
  await wake(world, workspace);
  await world.finish(id, 'found');
  await eventually(async () => assert.equal((await world.execution(workspace, id)).result, 'found'));
});

test('a claimed row older than retention that Temporal does not have is failed as unknown, never started', async () => {
  const workspace = await world.workspace();
  const id = await insertClaimed(world, workspace, { admittedAgo: '60 days' });
  await wake(world, workspace);
  await eventually(async () =>
    assert.equal((await world.execution(workspace, id)).failure?.type, 'OutcomeUnknown'),
  );
  await assert.rejects(child(id).describe(), { name: 'WorkflowNotFoundError' });
});

test('a claimed row whose start was never sent is started, whichever gate claimed it', async () => {
  const workspace = await world.workspace();
  const id = await insertClaimed(world, workspace, { workflowType: 'nothing' });
  await wake(world, workspace);
  await eventually(async () => assert.equal(await status(workspace, id), 'completed'));
});

test('an adopted child with one event in its history is sent the signal that schedules its first workflow task', async () => {
  const workspace = await world.workspace();
  const id = await insertClaimed(world, workspace, { workflowType: 'nothing' });
  // The delay keeps it at one event, and keeps the server from scheduling a task for a signal: half-started-child.test.ts has one that
  // the signal sets going.
  await startClaimed(world, workspace, id, { workflowType: 'nothing', startDelay: '1 hour' });
  await wake(world, workspace);
  await eventually(async () => {
    const { events } = await child(id).fetchHistory();
    assert.deepEqual(
      events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName).filter(Boolean),
      ['sluice-nudge'],
    );
  });
  await child(id).terminate('by the test');
  await eventually(async () => assert.equal(await status(workspace, id), 'terminated'));
});

test('a cancel request for a child that is not yet started is kept and delivered', async () => {
  const workspace = await world.workspace();
  const id = await insertClaimed(world, workspace, { cancelRequested: true });
  await wake(world, workspace);
  await eventually(async () => assert.equal(await status(workspace, id), 'cancelled'));
});

test('a claimed row whose end was asked for while it was reserved, and that Temporal does not have, ends as was asked', async () => {
  const workspace = await world.workspace();
  const cancelled = await insertClaimed(world, workspace, { askedBefore: 'cancel' });
  const terminated = await insertClaimed(world, workspace, { askedBefore: 'terminate' });
  await wake(world, workspace);
  for (const [id, ended, failure] of [
    [cancelled, 'cancelled', null],
    [
      terminated,
      'terminated',
      { type: 'Terminated', message: 'Terminated on request while it was pending.' },
    ],
  ] as const) {
    await eventually(async () => assert.equal(await status(workspace, id), ended));
    assert.deepEqual((await world.execution(workspace, id)).failure, failure);
    await assert.rejects(child(id).describe(), { name: 'WorkflowNotFoundError' });
  }
});

test('a claimed row whose end was asked for while it was reserved, and that Temporal has, is adopted and then asked', async () => {
  const workspace = await world.workspace();
  const ids = await Promise.all(
    (['cancel', 'terminate'] as const).map(async (askedBefore) => {
      const id = await insertClaimed(world, workspace, { askedBefore });
      await startClaimed(world, workspace, id);
      return id;
    }),
  );
  await wake(world, workspace);
  for (const [index, ended] of (['CANCELLED', 'TERMINATED'] as const).entries()) {
    await eventually(async () => assert.equal((await child(ids[index]!).describe()).status.name, ended));
    await eventually(async () => assert.equal(await status(workspace, ids[index]!), ended.toLowerCase()));
    assert.ok((await world.execution(workspace, ids[index]!)).runId);
  }
});

test('a storm of wakes does not harm the gate', async () => {
  const workspace = await world.workspace();
  const execution = await runningExecution(world, workspace);
  const { runId } = await world.gate(workspace).describe();
  await Promise.all(Array.from({ length: 300 }, () => world.gate(workspace).signal('wake')));
  const { id } = await world.enqueue(workspace, 'nothing');
  await eventually(async () => assert.equal(await status(workspace, id), 'completed'));
  assert.equal((await world.gate(workspace).describe()).runId, runId);
  await world.finish(execution.id);
  await eventually(async () => assert.equal(await status(workspace, execution.id), 'completed'));
});

test('a gate started by hand for a workspace that does not exist harms nobody', async () => {
  await wake(world, 'no-such-workspace');
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'nothing');
  await eventually(async () => assert.equal(await status(workspace, id), 'completed'));
  await world.gate('no-such-workspace').terminate();
});

test('an idle gate stays open and keeps no timers', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'nothing');
  await eventually(async () => assert.equal(await status(workspace, id), 'completed'));
  await eventually(async () => {
    const { raw, status: gateStatus } = await world.gate(workspace).describe();
    assert.equal(gateStatus.name, 'RUNNING');
    assert.equal(raw.pendingActivities?.length ?? 0, 0);
    assert.equal(raw.pendingChildren?.length ?? 0, 0);
    assert.equal(raw.pendingWorkflowTask ?? null, null);
  });
  const { events } = await world.gate(workspace).fetchHistory();
  assert.deepEqual(
    events?.filter((event) => event.timerStartedEventAttributes),
    [],
  );
});

test('ISOLATION: a workspace whose rows are locked does not delay the admission of another', async () => {
  const [stuck, free] = [await world.workspace(), await world.workspace()];
  await world.enqueue(stuck, 'nothing');
  await eventuallyEqual(() => world.seqs(stuck, 'completed'), [1]);
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('select 1 from workspaces where id = $1 for update', [stuck]);
    for (let i = 0; i < 5; i++) await wake(world, stuck);
    const { id } = await world.enqueue(free, 'nothing');
    await eventually(async () => assert.equal(await status(free, id), 'completed'), 5_000);
    await blocker.query('commit');
  } finally {
    blocker.release();
  }
});
