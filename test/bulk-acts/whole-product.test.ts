import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

interface Act extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
}

async function act(workspaceId: string, body: object): Promise<Act> {
  const path = `/v1/workspaces/${workspaceId}/bulk-acts`;
  const accepted = await world.call<Act>('POST', path, body);
  assert.equal(accepted.status, 202, accepted.text);
  return await eventually(async () => {
    const { body: now } = await world.call<Act>('GET', `${path}/${accepted.body.id}`);
    assert.equal(now.state, 'done');
    return now;
  });
}

const seqs = (workspaceId: string) => async (status: string) => await world.seqs(workspaceId, status);

test('what runs and what waits is cancelled, run again and terminated by three requests, through gates and Temporal', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 2 });
  const of = seqs(id);
  for (let n = 0; n < 5; n++) await world.enqueue(id, 'untilTold', n);
  await eventually(async () => assert.deepEqual(await of('running'), [1, 2]));

  const cancelled = await act(id, { act: 'cancel', filter: {}, expected: 5 });
  assert.deepEqual([cancelled['done'], cancelled['skipped'], cancelled['failed']], [5, 0, 0]);
  await eventually(async () => assert.deepEqual(await of('cancelled'), [1, 2, 3, 4, 5]));

  const again = await act(id, { act: 'rerun', filter: { status: 'cancelled' }, expected: 5 });
  assert.equal(again['done'], 5);
  await eventually(async () => {
    assert.deepEqual(await of('running'), [6, 7]);
    assert.deepEqual(await of('pending'), [8, 9, 10]);
  });

  const terminated = await act(id, { act: 'terminate', filter: { workflowType: 'untilTold' }, expected: 5 });
  assert.equal(terminated['done'], 5);
  await eventually(async () => assert.deepEqual(await of('terminated'), [6, 7, 8, 9, 10]));

  const { body } = await world.call<{ items: { act: string; to: { matching?: number } }[] }>(
    'GET',
    `/v1/workspaces/${id}/changes`,
  );
  assert.deepEqual(
    body.items.filter((one) => one.act.startsWith('bulk')).map((one) => [one.act, one.to.matching]),
    [
      ['bulk_terminate', 5],
      ['bulk_rerun', 5],
      ['bulk_cancel', 5],
    ],
  );
});
