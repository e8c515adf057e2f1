import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { revokeKey } from '../../../src/db/keys/revoke-key.ts';
import { hashOf, parseKey } from '../../../src/keys/key-text.ts';
import { newReadToken } from '../../../src/keys/read-token.ts';
import { eventuallyEqual } from '../../support/eventually.ts';
import { insertTestKey } from '../../support/keys.ts';
import { insertPending, insertWorkspace } from '../../support/rows.ts';
import { startListeningApi } from './listening-api.ts';
import { nextOf, readStream } from './read-stream.ts';
import { standInGate } from './stand-in-gate.ts';

/** How long a revocation may take to have an effect, and some more. */
const REVOKED_WITHIN_MS = 5_000;

async function start(t: TestContext) {
  const api = await startListeningApi(t, { AUTH: 'keys' });
  await insertWorkspace(api.database.pool, 'mine');
  const [id] = (await insertPending(api.database.pool, 'mine', 1)) as [string];
  return {
    api,
    id,
    path: `/v1/workspaces/mine/executions/${id}`,
    gate: standInGate(api.database, 'mine'),
    key: await insertTestKey(api.database, { workspaceId: 'mine' }),
  };
}

test('streams end when their key is revoked, and those of others go on', async (t) => {
  const { api, path, key } = await start(t);
  const other = await insertTestKey(api.database);
  const open = async (at: string, { headers }: typeof key) => {
    const response = await api.open(at, { headers });
    const stream = readStream(response);
    await nextOf(stream);
    return { response, stream };
  };
  const streams = [await open('/v1/workspaces/mine/events', key), await open(`${path}/events`, key)];
  const staying = await open('/v1/workspaces/mine/events', other);
  await revokeKey(api.database, key.id);
  const beganMs = performance.now();
  for (const { response, stream } of streams) {
    for await (const _ of stream);
    assert.equal(response.complete, true);
  }
  assert.ok(performance.now() - beganMs < REVOKED_WITHIN_MS);
  assert.equal(staying.response.complete, false);
  assert.equal((await api.ask('/v1/workspaces/mine/events', { headers: key.headers })).status, 401);
  staying.response.destroy();
  await eventuallyEqual(() => api.deps.waits.count, 0);
});

test('a wait whose key is revoked ends with what was known before', async (t) => {
  const { api, path, key, gate } = await start(t);
  const waiting = api.ask(`${path}?wait=60`, { headers: key.headers });
  await eventuallyEqual(() => api.deps.waits.count, 1);
  await gate.admit();
  await revokeKey(api.database, key.id);
  const { status, body, tookMs } = await waiting;
  assert.deepEqual([status, body.status], [200, 'pending']);
  assert.ok(tookMs < REVOKED_WITHIN_MS, `${tookMs} ms`);
});

test('a key of one workspace follows and waits in that one alone, and one without the right to read in none', async (t) => {
  const { api, id, path } = await start(t);
  await insertWorkspace(api.database.pool, 'theirs');
  const foreign = await insertTestKey(api.database, { workspaceId: 'theirs' });
  const writer = await insertTestKey(api.database, { workspaceId: 'mine', rights: ['enqueue'] });
  for (const at of [
    '/v1/workspaces/mine/events',
    '/v1/workspaces/mine/events?after=1-0',
    `${path}/events`,
    `${path}?wait=60`,
  ]) {
    const answer = await api.ask(at, { headers: foreign.headers });
    const nowhere = await api.ask(at.replace('/mine/', '/nowhere/'), { headers: foreign.headers });
    assert.deepEqual([answer.status, nowhere.status], [404, 404], at);
    assert.equal(answer.body.detail.replaceAll('mine', 'nowhere'), nowhere.body.detail);
    assert.equal((await api.ask(at, { headers: writer.headers })).status, 403, at);
    assert.equal((await api.ask(at)).status, 401, at);
  }
  const elsewhere = await api.ask(`/v1/workspaces/theirs/executions/${id}/events`, {
    headers: foreign.headers,
  });
  assert.deepEqual([elsewhere.status, elsewhere.body.type], [404, 'urn:sluice:problem:execution-not-found']);
});

test('a read token waits for its execution and follows it, until it expires', async (t) => {
  const { api, id, path, key, gate } = await start(t);
  const known = {
    principal: { id: key.id, workspaceId: 'mine', rights: new Set(['read'] as const), expiresAt: null },
    secretHash: hashOf(parseKey(key.text)!.secret),
    isRevoked: false,
    lastUsedAt: null,
  };
  const inMs = (ms: number) => newReadToken(known, id, new Date(Date.now() + ms));
  const long = inMs(60_000);
  const waiting = api.ask(`${path}?wait=60&token=${long}`);
  await eventuallyEqual(() => api.deps.waits.count, 1);
  const short = await api.open(`${path}/events?token=${inMs(2_000)}`);
  for await (const _ of readStream(short));
  assert.equal(short.complete, true);
  await gate.admit();
  await gate.end(id);
  assert.equal((await waiting).body.status, 'completed');
  assert.match((await api.ask(`${path}/events?token=${long}`)).text, /"status":"completed"/);
  assert.equal((await api.ask(`/v1/workspaces/mine/events?token=${long}`)).status, 401);
});
