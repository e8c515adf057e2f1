import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insertTestKey, type TestKey, type TestKeyOptions } from '../support/keys.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let admin: TestKey;
let [own, sibling]: string[] = [];
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  admin = await insertTestKey(api.database);
  const path = '/v1/workspaces/acme';
  await api.call({ method: 'PUT', path, body: { tier: 'pro' }, headers: admin.headers });
  [own, sibling] = [await enqueued(), await enqueued()];
});
after(() => api.stop());

async function enqueued(): Promise<string> {
  return (await api.enqueue('acme', { workflowType: 'demo' }, admin.headers)).body.id as string;
}

const pathOf = (id: string) => `/v1/workspaces/acme/executions/${id}`;
const mint = (key: TestKey, body: object = {}, id = own!) =>
  api.call({ method: 'POST', path: `${pathOf(id)}/tokens`, body, headers: key.headers });

async function tokenBy(options: TestKeyOptions): Promise<{ key: TestKey; token: string; expiresAt: string }> {
  const key = await insertTestKey(api.database, options);
  const { status, body, text } = await mint(key);
  assert.equal(status, 201, text);
  return { key, token: body.token, expiresAt: body.expiresAt };
}

test('a token reads its one execution, and does nothing else', async () => {
  const { token } = await tokenBy({ workspaceId: 'acme', rights: ['read', 'cancel'] });
  const read = await api.call({ path: `${pathOf(own!)}?token=${token}` });
  assert.equal(read.status, 200, read.text);
  assert.equal(read.body.id, own);
  const others: [('GET' | 'POST' | 'DELETE')?, string?][] = [
    ['GET', pathOf(sibling!)],
    ['GET', pathOf(own!).replace('acme', 'other')],
    ['GET', '/v1/workspaces/acme'],
    ['GET', '/v1/workspaces/acme/executions'],
    ['POST', `${pathOf(own!)}/cancel`],
    ['POST', `${pathOf(own!)}/tokens`],
    ['DELETE', `${pathOf(own!)}/payloads`],
  ];
  for (const [method, path] of others) {
    const { status } = await api.call({ method: method!, path: `${path}?token=${token}` });
    assert.ok(status === 401 || status === 404, `${method} ${path} ${status}`);
  }
});

test('a token holds for an hour at most, and never longer than its key', async () => {
  assert.equal((await mint(admin, { expiresInSeconds: 3_601 })).status, 400);
  const { body } = await mint(admin, { expiresInSeconds: 3_600 });
  assert.ok(Date.parse(body.expiresAt) <= Date.now() + 3_600_000);
  const keyExpiresAt = new Date(Date.now() + 20_000);
  const { expiresAt } = await tokenBy({ expiresAt: keyExpiresAt });
  assert.ok(Date.parse(expiresAt) <= keyExpiresAt.getTime());
});

test('a token is dead with its key, and a key without the right to read makes none', async () => {
  const { key, token } = await tokenBy({});
  const status = async () => (await api.call({ path: `${pathOf(own!)}?token=${token}` })).status;
  assert.equal(await status(), 200);
  await api.call({ method: 'DELETE', path: `/v1/keys/${key.id}`, headers: admin.headers });
  assert.equal(await status(), 401);
  assert.equal((await mint(await insertTestKey(api.database, { rights: ['enqueue'] }))).status, 403);
  assert.equal((await mint(admin, {}, '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11')).status, 404);
});

test('without keys a page asks for tokens and sends them all the same', async () => {
  const open = await startApiUnderTest({ AUTH: 'none', DATABASE_URL: api.databaseUrl });
  try {
    const { status, body } = await open.call({ method: 'POST', path: `${pathOf(own!)}/tokens`, body: {} });
    assert.equal(status, 201);
    assert.equal((await open.call({ path: `${pathOf(own!)}?token=${body.token}` })).status, 200);
  } finally {
    await open.stop();
  }
});
