import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  InvalidRequestError,
  Sluice,
  PayloadRetentionTooLongError,
  TierNotFoundError,
  type TierName,
  WorkspaceNotFoundError,
} from '../../packages/client/src/index.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
let sluice: Sluice;
before(async () => {
  world = await startWorld(import.meta.url);
  sluice = new Sluice({ baseUrl: world.apiUrl });
});
after(() => world.stop());

test('put replaces the settings of a workspace, patch changes some, get reads them', async () => {
  const put = await sluice.workspaces.put('acme', { tier: 'pro', limitOverride: 7 });
  assert.deepEqual(
    [put.id, put.limit, put.limitSource, put.taskQueue],
    ['acme', 7, 'override', 'workflow.workspace.acme'],
  );
  const patched = await sluice.workspaces.patch('acme', { tier: 'enterprise' });
  assert.deepEqual([patched.tier, patched.limitOverride], ['enterprise', 7]);
  assert.deepEqual(await sluice.workspaces.get('acme'), patched);
  assert.equal((await sluice.workspaces.put('acme', { tier: 'pro' })).limitOverride, null);
});

test('a list goes through all workspaces in the order of their ids, page by page', async () => {
  for (const id of ['page-b', 'page-c', 'page-a']) await sluice.workspaces.put(id, { tier: 'pro' });
  const ids: string[] = [];
  for await (const { id } of sluice.workspaces.list({ pageSize: 2 })) ids.push(id);
  assert.deepEqual(
    ids.filter((id) => id.startsWith('page-')),
    ['page-a', 'page-b', 'page-c'],
  );
});

test('a queue is read in its order, page by page', async () => {
  await sluice.workspaces.put('queue', { tier: 'pro' });
  await world.call('PUT', '/v1/workspaces/queue/pause', { reason: 'nothing is to be admitted' });
  for (let i = 0; i < 3; i++) await sluice.start('nothing', { workspace: 'queue' });
  const places: (number | null)[] = [];
  for await (const { position } of sluice.workspaces.queue('queue', { pageSize: 2 })) places.push(position);
  assert.deepEqual(places, [1, 2, 3]);
});

test('a value that is not allowed is an error that names it, at once', async () => {
  await assert.rejects(
    sluice.workspaces.put('acme', { tier: 'pro', limitOverride: -1 }),
    (error: unknown) => {
      assert.ok(error instanceof InvalidRequestError);
      assert.deepEqual(
        error.errors.map(({ in: part, path }) => `${part}${path}`),
        ['body/limitOverride'],
      );
      return true;
    },
  );
  await assert.rejects(sluice.workspaces.get('nobody'), WorkspaceNotFoundError);
});

test('tiers are listed from smallest to largest, read, and replaced for all workspaces that are on them', async () => {
  const [pro, enterprise] = await sluice.tiers.list();
  assert.deepEqual([pro?.name, enterprise?.name], ['pro', 'enterprise']);
  assert.deepEqual(await sluice.tiers.get('pro'), pro);
  const { name: _name, updatedAt: _updatedAt, ...settings } = pro!;
  const put = await sluice.tiers.put('pro', { ...settings, limit: 6 });
  assert.deepEqual([put.name, put.limit, put.retentionDays, put.payloadRetentionDays], ['pro', 6, 30, 30]);
  const kept = await sluice.tiers.put('pro', { ...settings, limit: 6, retentionDays: null });
  assert.deepEqual([kept.retentionDays, kept.payloadRetentionDays], [null, 30]);
  await assert.rejects(
    sluice.tiers.put('pro', { ...settings, retentionDays: 7 }),
    PayloadRetentionTooLongError,
  );
  await sluice.workspaces.put('of-pro', { tier: 'pro' });
  assert.equal((await sluice.workspaces.get('of-pro')).limit, 6);
  await assert.rejects(sluice.tiers.get('gold' as TierName), TierNotFoundError);
});
