import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { type ApiUnderTest, type Call, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let keys: TestKey[];
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  keys = await Promise.all([0, 1].map(() => insertTestKey(api.database)));
});
after(() => api.stop());

const by = (key: number, call: Call) => api.call({ ...call, headers: keys[key]!.headers });
const put = (path: string, body: unknown, key = 0) => by(key, { method: 'PUT', path: `/v1/${path}`, body });
const patch = (id: string, body: unknown, key = 0) =>
  by(key, { method: 'PATCH', path: `/v1/workspaces/${id}`, body });
const remove = (path: string, key = 0) => by(key, { method: 'DELETE', path: `/v1/${path}` });

interface Change {
  readonly id: string;
  readonly act: string;
  readonly by: string | null;
  readonly source: string;
  readonly from: Record<string, unknown> | null;
  readonly to: Record<string, unknown> | null;
  readonly reason: string | null;
}

const changes = async (id: string): Promise<Change[]> =>
  (await by(0, { path: `/v1/workspaces/${id}/changes` })).body.items;

test('every act on a workspace is recorded with who, from what, to what and why, the newest first', async () => {
  await put('workspaces/acme', { tier: 'pro', reason: 'new customer' });
  await patch('acme', { limitOverride: 7, reason: 'ticket 4711' }, 1);
  await put('workspaces/acme', { tier: 'enterprise' });
  await patch('acme', { workers: 'external' });
  await patch('acme', { workers: 'external', reason: 'changes nothing' });
  await put('workspaces/acme/pause', { reason: 'billing overdue' }, 1);
  await remove('workspaces/acme/pause?reason=paid');
  const told = (await changes('acme')).map(({ act, by: who, source, reason }) => [act, who, source, reason]);
  const [first, second] = keys.map(({ id }) => id);
  assert.deepEqual(told, [
    ['resumed', first, 'api', 'paid'],
    ['paused', second, 'api', 'billing overdue'],
    ['workers_changed', first, 'api', null],
    ['limit_changed', first, 'api', null],
    ['tier_changed', first, 'api', null],
    ['limit_changed', second, 'api', 'ticket 4711'],
    ['workspace_created', first, 'api', 'new customer'],
  ]);
  const [resumed, paused, workers, limit, tier, override, created] = await changes('acme');
  assert.deepEqual(created!.to, { tier: 'pro', limitOverride: null, workers: 'pool', limit: 5 });
  assert.deepEqual(
    [override!.from, override!.to],
    [
      { limitOverride: null, limit: 5 },
      { limitOverride: 7, limit: 7 },
    ],
  );
  assert.deepEqual(
    [tier!.from, tier!.to],
    [
      { tier: 'pro', limit: 7 },
      { tier: 'enterprise', limit: 10 },
    ],
  );
  assert.deepEqual(limit!.to, { limitOverride: null, limit: 10 });
  assert.deepEqual([workers!.from, workers!.to], [{ workers: 'pool' }, { workers: 'external' }]);
  assert.deepEqual([paused!.from, paused!.to], [null, { reason: 'billing overdue', until: null }]);
  assert.deepEqual([resumed!.from, resumed!.to], [{ reason: 'billing overdue', until: null }, null]);
});

test('keys are recorded with their workspace, and without their secret', async () => {
  await put('workspaces/keyed', { tier: 'pro' });
  const made = await by(1, {
    method: 'POST',
    path: '/v1/keys',
    body: { name: 'web', workspaceId: 'keyed', rights: ['read'] },
  });
  const rotated = await by(0, { method: 'POST', path: `/v1/keys/${made.body.id}/rotate`, body: {} });
  await remove(`keys/${made.body.id}`, 1);
  await remove(`keys/${made.body.id}`, 1);
  const told = await changes('keyed');
  assert.deepEqual(
    told.map(({ act, by: who }) => [act, who]),
    [
      ['key_revoked', keys[1]!.id],
      ['key_rotated', keys[0]!.id],
      ['key_created', keys[1]!.id],
      ['workspace_created', keys[0]!.id],
    ],
  );
  const text = JSON.stringify(told);
  assert.ok(text.includes(made.body.id) && text.includes(rotated.body.id));
  for (const { body } of [made, rotated]) assert.ok(!text.includes(body.key.split('_')[2]));
});

test('settings of a tier are recorded where all changes are, page by page', async () => {
  const { body: pro } = await by(0, { path: '/v1/tiers/pro' });
  const { name: _name, updatedAt: _updatedAt, ...settings } = pro;
  await put('tiers/pro', { ...settings, maxPending: 9_999, reason: 'a trial' }, 1);
  const all: Change[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await by(0, { path: `/v1/changes?limit=3${cursor && `&cursor=${cursor}`}` });
    assert.ok(body.items.length <= 3);
    all.push(...body.items);
    cursor = body.nextCursor;
  }
  const ids = all.map(({ id }) => Number(id));
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => b - a),
  );
  const [newest] = all;
  assert.deepEqual(
    [newest!.act, newest!.by, newest!.reason, newest!.from!['maxPending'], newest!.to!['maxPending']],
    ['tier_settings_changed', keys[1]!.id, 'a trial', 10_000, 9_999],
  );
  assert.ok(all.some(({ source, act }) => source === 'configuration' && act === 'tier_settings_changed'));
});

test('a workspace that never was has no changes: 404; a key of one workspace sees those of its own alone', async () => {
  const nowhere = await by(0, { path: '/v1/workspaces/never/changes' });
  assert.equal(nowhere.status, 404);
  await put('workspaces/own', { tier: 'pro' });
  const own = await insertTestKey(api.database, { workspaceId: 'own' });
  const asOwn = (path: string) => api.call({ path, headers: own.headers });
  assert.equal((await asOwn('/v1/workspaces/own/changes')).status, 200);
  assert.equal((await asOwn('/v1/workspaces/acme/changes')).status, 404);
  assert.equal((await asOwn('/v1/changes')).status, 403);
});
