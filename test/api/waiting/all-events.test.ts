import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { eventuallyEqual } from '../../support/eventually.ts';
import { insertTestKey } from '../../support/keys.ts';
import { startListeningApi } from './listening-api.ts';
import { type Block, nextOf, readStream } from './read-stream.ts';

async function start(t: TestContext) {
  const api = await startListeningApi(t, { AUTH: 'none' });
  const ids = [await api.workspace(), await api.workspace(), await api.workspace()] as const;
  const response = await api.open('/v1/events');
  const stream = readStream(response);
  assert.equal((await nextOf(stream)).retry, '1000');
  return { api, ids, response, stream };
}

const idsOf = ({ event, data }: Block): string[] => {
  assert.equal(event, 'workspaces');
  return (JSON.parse(data!) as { ids: string[] }).ids.sort();
};

test('what changes within a second is told in one message, with each workspace once', async (t) => {
  const { api, ids, stream, response } = await start(t);
  await api.enqueue(ids[0]);
  assert.deepEqual(idsOf(await nextOf(stream)), [ids[0]]);
  const toldMs = performance.now();
  for (let i = 0; i < 5; i++) {
    await api.enqueue(ids[1]);
    await api.enqueue(ids[2]);
  }
  const changedMs = performance.now() - toldMs;
  const next = idsOf(await nextOf(stream));
  assert.ok(performance.now() - toldMs >= 950, 'the next message comes a second later');
  // On a machine so slow that the requests took longer than that, the first ones are told by themselves.
  if (changedMs < 900) assert.deepEqual(next, [ids[1], ids[2]].sort());
  response.destroy();
});

test('a change of settings is told, and nothing that happened before the stream', async (t) => {
  const { api, ids, stream, response } = await start(t);
  await api.call({ method: 'PATCH', path: `/v1/workspaces/${ids[2]}`, body: { limitOverride: 9 } });
  assert.deepEqual(idsOf(await nextOf(stream)), [ids[2]]);
  response.destroy();
});

test('each of many readers is told, and none is left when they are gone', async (t) => {
  const { api, ids, response } = await start(t);
  const others = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const opened = await api.open('/v1/events');
      const stream = readStream(opened);
      await nextOf(stream);
      return { opened, stream };
    }),
  );
  await api.enqueue(ids[1]);
  for (const { stream } of others) assert.deepEqual(idsOf(await nextOf(stream)), [ids[1]]);
  for (const { opened } of others) opened.destroy();
  response.destroy();
  await eventuallyEqual(() => api.deps.waits.count, 0);
});

test('a key of one workspace is not told of all', async (t) => {
  const api = await startListeningApi(t, { AUTH: 'keys' });
  const all = await insertTestKey(api.database);
  await api.call({ method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'pro' }, headers: all.headers });
  const { headers } = await insertTestKey(api.database, { workspaceId: 'acme' });
  assert.equal((await api.ask('/v1/events', { headers })).status, 403);
});
