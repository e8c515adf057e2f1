import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { WORKSPACE_UNKNOWN_TYPE_SECONDS: '2' });
});
after(() => world.stop());

test('an execution of a type that no worker knows fails alone, says why, and lets those behind it pass', async () => {
  // The API refuses such a type for the pool; a workspace that served itself a moment ago has accepted it.
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1, workers: 'external' });
  const unknown = await world.enqueue(workspace, 'noSuchType', { n: 1 });
  const behind = await world.enqueue(workspace, 'echo', 'passed');
  await world.call('PATCH', `/v1/workspaces/${workspace}`, { workers: 'pool' });
  await eventually(async () => {
    const { status, failure } = await world.execution(workspace, unknown.id);
    assert.equal(status, 'failed');
    assert.equal(failure?.type, 'WorkflowTypeUnknown');
    assert.match(failure.message, /noSuchType/);
  }, 60_000);
  await eventually(async () =>
    assert.equal((await world.execution(workspace, behind.id)).status, 'completed'),
  );
});
