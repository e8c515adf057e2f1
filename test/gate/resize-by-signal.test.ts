import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventuallyEqual } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { GATES_RESIZE_BY_SIGNAL: 'false' });
});
after(() => world.stop());

test('with GATES_RESIZE_BY_SIGNAL=false a signal sets no override and takes none away, and a PATCH is followed as before', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  for (let i = 0; i < 4; i++) await world.enqueue(id, 'untilTold');
  const running = async () => world.seqs(id, 'running');
  await eventuallyEqual(running, [1]);

  const gate = world.gate(id);
  await gate.signal('resize', 3);
  await gate.signal('resize', null);
  await gate.signal('resize');
  // Raised by one after the signals: had one of them been taken, more than two would run.
  await world.call('PATCH', `/v1/workspaces/${id}`, { limitOverride: 2 });
  await eventuallyEqual(running, [1, 2]);
  const { body } = await world.call('GET', `/v1/workspaces/${id}/gate`);
  assert.deepEqual([body['limit'], body['limitSource']], [2, 'override']);
  const { rows } = await world.database.pool.query<{ source: string }>(
    'select source from limit_changes where workspace_id = $1 order by id',
    [id],
  );
  assert.deepEqual(
    rows.map(({ source }) => source),
    ['api', 'api'],
  );
  assert.deepEqual(await running(), [1, 2]);
});
