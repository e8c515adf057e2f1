import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequest } from '../../src/activities/external-api/checked-request.ts';
import { redirected } from '../../src/activities/external-api/redirects.ts';

const request = (fields: object) => checkRequest({ url: 'https://a.example/x', ...fields });

test('a redirect never leaves https, and may come to it', () => {
  assert.throws(() => redirected(request({}), 302, 'http://a.example/x'), /would leave https/);
  assert.throws(() => redirected(request({}), 302, 'http://b.example/x'), /would leave https/);
  const next = redirected(request({ url: 'http://a.example/x' }), 301, 'https://a.example/x');
  assert.equal(next?.url.href, 'https://a.example/x');
});

test('another port or another protocol is another origin', () => {
  const headers = { 'x-api-key': 'k' };
  for (const [url, location] of [
    ['https://a.example/x', 'https://a.example:8443/x'],
    ['http://a.example/x', 'https://a.example/x'],
  ] as const)
    assert.deepEqual(redirected(request({ url, headers }), 302, location)?.headers, {}, location);
  assert.deepEqual(redirected(request({ headers }), 302, '/y')?.headers, headers);
});

test('a body goes on within its origin, and is dropped where the method becomes GET', () => {
  const post = request({ method: 'POST', body: 'b', headers: { 'content-type': 'text/plain', 'x-a': '1' } });
  assert.equal(redirected(post, 307, '/y')?.body, 'b');
  const got = redirected(post, 303, 'https://b.example/')!;
  assert.deepEqual([got.method, got.body, got.headers], ['GET', null, {}]);
  assert.throws(() => redirected(post, 308, 'https://b.example/'), /body would go to another origin/);
});
