import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

const gate = async (id: string) => (await world.call('GET', `/v1/workspaces/${id}/gate`)).body;

test('an open gate is described by itself, and from its stored rows when its worker is gone', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(id, 'untilTold');
  await world.enqueue(id, 'untilTold');
  const seen = await eventually(async () => {
    const body = await gate(id);
    assert.deepEqual([body['source'], body['running'], body['pending'], body['limit']], ['gate', 1, 1, 1]);
    return body;
  });
  const { runId } = await world.gate(id).describe();
  assert.equal(seen['gateRunId'], runId);
  assert.equal(seen['lastError'], null);
  assert.match(String(seen['webUrl']), new RegExp(`/gate\\.${id}/${runId}/user-metadata$`));
  assert.ok(seen['lastAdmissionAt']);
  assert.ok(seen['reconciledAt']);
  const ready = await world.call('GET', '/health/ready');
  assert.deepEqual(ready.body, { status: 'ok', postgres: 'up', temporal: 'up' });

  await world.stopWorker();
  const stored = await gate(id);
  assert.deepEqual(
    [stored['source'], stored['running'], stored['pending'], stored['limit']],
    ['postgres', 1, 1, 1],
  );
  assert.match(String(stored['lastError']), /did not answer in time/);

  await world.gate(id).terminate();
  assert.match(String((await gate(id))['lastError']), /not open/);
  assert.equal((await world.execution(id, first.id)).status, 'running');
  await world.startWorker();
});

test('a gate that was terminated is started by a wake, and the answer is how it was before', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(id, 'untilTold');
  await eventually(async () => assert.equal((await world.execution(id, first.id)).status, 'running'));
  const before = await world.gate(id).describe();
  await world.gate(id).terminate();
  const wake = await world.call('POST', `/v1/workspaces/${id}/gate/wake`);
  assert.equal(wake.status, 202);
  assert.match(String(wake.body['lastError']), /not open/);
  await eventually(async () => {
    const { source, gateRunId, lastError, reconciledAt } = await gate(id);
    assert.deepEqual([source, lastError], ['gate', null]);
    assert.notEqual(gateRunId, before.runId);
    assert.notEqual(reconciledAt, wake.body['reconciledAt']);
  });
  assert.equal((await world.call('POST', '/v1/workspaces/nobody/gate/wake')).status, 404);
});

test('a gate and its workspace tell the same counts, however long ago the gate looked', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  await world.enqueue(id, 'untilTold');
  await eventually(async () =>
    assert.deepEqual([(await gate(id))['source'], (await gate(id))['running']], ['gate', 1]),
  );
  // Behind a full queue they wake nobody at once.
  for (let i = 0; i < 10; i++) await world.enqueue(id, 'untilTold');
  const { source, running, pending } = await gate(id);
  const workspace = (await world.call('GET', `/v1/workspaces/${id}`)).body;
  assert.deepEqual([source, running, pending], ['gate', 1, 10]);
  assert.deepEqual([workspace['running'], workspace['pending']], [1, 10]);
});

test('a PATCH of the limit admits at once, and shows in the gate', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  for (let i = 0; i < 3; i++) await world.enqueue(id, 'untilTold');
  await eventually(async () => assert.deepEqual(await world.seqs(id, 'running'), [1]));
  await world.call('PATCH', `/v1/workspaces/${id}`, { limitOverride: 3 });
  await eventually(async () => assert.deepEqual(await world.seqs(id, 'running'), [1, 2, 3]));
  await eventually(async () => {
    const body = await gate(id);
    assert.deepEqual(
      [body['source'], body['limit'], body['limitSource'], body['running']],
      ['gate', 3, 'override', 3],
    );
  });
});

test('a gate that waits for Postgres says so, and nothing of what Postgres said', async () => {
  const id = await world.workspace();
  await world.finish((await world.enqueue(id, 'untilTold')).id);
  await eventually(async () => assert.deepEqual(await world.seqs(id, 'completed'), [1]));
  const holder = await world.database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select 1 from workspaces where id = $1 for update', [id]);
    await world.gate(id).signal('wake');
    const body = await eventually(async () => {
      const seen = await gate(id);
      assert.ok(seen['source'] === 'gate' && seen['lastError'] !== null, JSON.stringify(seen));
      return seen;
    });
    assert.match(String(body['lastError']), /cannot do its work in Postgres/);
    assert.doesNotMatch(String(body['lastError']), /lock timeout|statement|canceling/);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});
