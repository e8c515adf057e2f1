import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

const explain = async (workspaceId: string, executionId: string) =>
  (await world.call(`GET`, `/v1/workspaces/${workspaceId}/executions/${executionId}/explain`)).body;

test('Temporal says whether workers poll: those of the pool do, and nobody does where others were to bring theirs', async () => {
  const served = await world.workspace();
  const { id: running } = await world.enqueue(served, 'untilTold');
  await eventually(async () => {
    const told = await explain(served, running);
    assert.deepEqual([told['reason'], told['workerPolls'], told['gatesPoll']], ['running', true, true]);
    assert.match(String(told['sentence']), /and its workflow runs\.$/);
  });
  await world.finish(running);

  const external = await world.workspace({ tier: 'pro', limitOverride: 1, workers: 'external' });
  const { id: holding } = await world.enqueue(external, 'untilTold');
  const { id: waiting } = await world.enqueue(external, 'untilTold');
  await eventually(async () => {
    const told = await explain(external, holding);
    assert.deepEqual([told['reason'], told['workerPolls'], told['gatesPoll']], ['no-worker', false, true]);
    const behind = await explain(external, waiting);
    assert.equal(behind['reason'], 'slots-taken');
    assert.match(String(behind['sentence']), /no worker polls workflow\.workspace\./);
  });
});
