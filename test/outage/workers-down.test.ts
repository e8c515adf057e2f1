import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isOutOfTime } from '../../src/temporal/connection/out-of-time.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { gatePage, runningExecution, statusOf } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

/** Nobody answers a query now, however long it waits. */
const QUERY_TIMEOUT_MS = 1_000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

test('while all workers are down: the API goes on, and the Web UI lacks only current details; all is done when one is back', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const path = `/v1/workspaces/${workspace}`;
  const running = await runningExecution(world, workspace);
  await eventually(async () => assert.match(await gatePage(world, workspace), /running \*\*1\*\*/));
  await world.stopWorker();

  const waiting = [];
  for (let i = 0; i < 3; i++) waiting.push(await world.enqueue(workspace, 'nothing'));
  const cancelled = await world.call('POST', `${path}/executions/${waiting[0]!.id}/cancel`);
  const wished = await world.call('POST', `${path}/executions/${running.id}/cancel`);
  const patched = await world.call('PATCH', path, { limitOverride: 2 });
  const gate = await world.call('GET', `${path}/gate`);
  const ready = await world.call('GET', '/health/ready');
  assert.deepEqual([cancelled.status, cancelled.body['status']], [200, 'cancelled']);
  assert.deepEqual([wished.status, wished.body['cancelRequested']], [202, true]);
  assert.deepEqual([patched.status, ready.status, ready.body['status']], [200, 200, 'ok']);
  assert.deepEqual(
    [gate.status, gate.body['source'], gate.body['running'], gate.body['pending'], gate.body['limit']],
    [200, 'postgres', 1, 2, 2],
  );
  assert.ok(gate.body['lastError']);
  assert.deepEqual(await world.seqs(workspace, 'pending'), [3, 4]);

  assert.equal((await world.gate(workspace).describe()).status.name, 'RUNNING');
  assert.ok((await world.gate(workspace).fetchHistory()).events?.length);
  await assert.rejects(
    world.client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => gatePage(world, workspace)),
    isOutOfTime,
  );

  await world.startWorker();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [3, 4]);
  await eventually(async () => assert.equal(await statusOf(world, workspace, running.id), 'cancelled'));
});
