import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ForbiddenError,
  KeyBeyondOwnError,
  KeyNotAliveError,
  KeyNotFoundError,
  NoAnswerError,
  Sluice,
  UnauthenticatedError,
} from '../../packages/client/src/index.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { insertTestKey } from '../support/keys.ts';

let api: ApiUnderTest;
let baseUrl: string;
let admin: Sluice;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  baseUrl = await api.app.listen({ host: '127.0.0.1', port: 0 });
  admin = new Sluice({ baseUrl, apiKey: (await insertTestKey(api.database)).text });
  await admin.workspaces.put('acme', { tier: 'pro' });
});
after(() => api.stop());

const as = (apiKey: string) => new Sluice({ baseUrl, apiKey, retryFor: 0 });

test('a key is made, used, listed, read, rotated and revoked', async () => {
  const made = await admin.keys.create({ name: 'web', workspaceId: 'acme', rights: ['enqueue', 'read'] });
  assert.equal((await as(made.key).workspaces.get('acme')).id, 'acme');
  await assert.rejects(as(made.key).workspaces.patch('acme', { limitOverride: 1 }), (error: unknown) => {
    assert.ok(error instanceof ForbiddenError);
    assert.equal(error.missingRight, 'operate');
    return true;
  });
  const ids: string[] = [];
  for await (const { id } of admin.keys.list({ pageSize: 1 })) ids.push(id);
  assert.ok(ids.includes(made.id));
  const read = await admin.keys.get(made.id);
  assert.deepEqual([read.name, read.rights, 'key' in read], ['web', ['enqueue', 'read'], false]);

  const successor = await admin.keys.rotate(made.id, { graceSeconds: 60 });
  assert.equal((await admin.keys.get(made.id)).replacedBy, successor.id);
  for (const { key } of [made, successor]) await as(key).workspaces.get('acme');
  await assert.rejects(admin.keys.rotate(made.id), KeyNotAliveError);
  assert.notEqual((await admin.keys.revoke(successor.id)).revokedAt, null);
  await assert.rejects(as(successor.key).workspaces.get('acme'), UnauthenticatedError);
  await assert.rejects(admin.keys.get('abcdefghijkl'), KeyNotFoundError);
});

test('no key makes one beyond itself', async () => {
  const maker = await insertTestKey(api.database, { rights: ['admin'] });
  const asked = { name: 'more', workspaceId: 'acme', rights: ['read' as const] };
  await assert.rejects(as(maker.text).keys.create(asked), KeyBeyondOwnError);
});

test('a key whose answer is lost is not made twice', async () => {
  const count = async () =>
    (await api.database.pool.query('select count(*)::integer as n from api_keys')).rows[0].n;
  const before = await count();
  const { text } = await insertTestKey(api.database);
  const lossy = new Sluice({
    baseUrl,
    apiKey: text,
    fetch: async (request) => {
      await fetch(request);
      throw new TypeError('fetch failed');
    },
  });
  const asked = { name: 'lost', workspaceId: 'acme', rights: ['read' as const] };
  await assert.rejects(
    lossy.keys.create(asked),
    (error: unknown) => error instanceof NoAnswerError && error.tries === 1,
  );
  assert.equal(await count(), before + 2, 'the one that asks, and one');
});
