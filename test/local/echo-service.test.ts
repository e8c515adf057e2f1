import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EchoService, startEchoService } from '../../src/local/echo/echo-service.ts';
import type { EchoCountsView } from '../../src/local/echo/echo-counts.ts';
import { eventually } from '../support/eventually.ts';

let echo: EchoService;
before(async () => {
  echo = await startEchoService({ port: 0 });
});
after(() => echo.stop());

const counts = async (path: string, method = 'GET') =>
  (await (await fetch(`${echo.url}/counts/${path}`, { method })).json()) as EchoCountsView;

test('a call is answered with what was asked', async () => {
  const answer = await fetch(`${echo.url}/hello?x=1`, {
    method: 'POST',
    headers: { 'x-a': 'b' },
    body: 'text',
  });
  const body = (await answer.json()) as Record<string, unknown>;
  assert.deepEqual(
    [answer.status, body['method'], body['path'], body['body']],
    [200, 'POST', '/hello', 'text'],
  );
  assert.equal((body['headers'] as Record<string, string>)['x-a'], 'b');
});

test('calls of a group are counted while they are open, and the maximum can be reset', async () => {
  const calls = ['1', '2', '3'].map((name) => fetch(`${echo.url}/acme/${name}?delayMs=300`));
  await eventually(async () => assert.equal((await counts('acme')).inFlight, 3));
  await Promise.all(calls);
  await eventually(async () => assert.equal((await counts('acme')).inFlight, 0));
  const { most, arrivals, answered } = await counts('acme');
  assert.deepEqual([most, [...arrivals].sort(), answered], [3, ['1', '2', '3'], { 1: 1, 2: 1, 3: 1 }]);
  assert.equal((await counts('acme/most', 'DELETE')).most, 0);
  assert.equal((await counts('other')).most, 0);
});

test('a call that is broken off is not counted as open any more, nor as answered', async () => {
  const abort = new AbortController();
  const call = fetch(`${echo.url}/broken/1?delayMs=60000`, { signal: abort.signal });
  await eventually(async () => assert.equal((await counts('broken')).inFlight, 1));
  abort.abort();
  await assert.rejects(call);
  await eventually(async () => assert.equal((await counts('broken')).inFlight, 0));
  assert.deepEqual((await counts('broken')).answered, {});
});
