import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { after, before, test } from 'node:test';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest({ ALLOWED_HOSTS: 'sluice.example', CORS_ORIGINS: 'https://console.example' });
});
after(() => api.stop());

/** Also requests that Fastify's own types do not foresee. */
const ask = (options: Record<string, unknown>): Promise<LightMyRequestResponse> =>
  api.app.inject(options as InjectOptions);
const typeOf = (response: LightMyRequestResponse) => (response.json() as { type: string }).type;

test('a request for a name that is not ours is answered 421 on every path, by GET as well', async () => {
  for (const url of [
    '/v1/workspaces',
    '/health/live',
    '/metrics',
    '/openapi.json',
    '/docs/',
    '/docs/static/swagger-ui.css',
    '/nowhere',
  ]) {
    const response = await ask({ url, headers: { host: 'evil.test:8080' } });
    assert.deepEqual(
      [response.statusCode, typeOf(response)],
      [421, 'urn:sluice:problem:misdirected-request'],
    );
    assert.equal((await ask({ url, headers: { host: 'sluice.example' } })).statusCode === 421, false, url);
  }
});

test('an unsafe request of another page is answered 403, before its body is read', async () => {
  for (const headers of [
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    for (const method of ['PUT', 'PATCH', 'POST', 'DELETE']) {
      const response = await ask({ method, url: '/v1/workspaces/acme', headers, payload: '{' });
      assert.deepEqual([response.statusCode, typeOf(response)], [403, 'urn:sluice:problem:foreign-origin']);
    }
  }
});

const preflight = (origin: string, headers: string) => ({
  method: 'OPTIONS',
  url: '/v1/workspaces/acme/executions',
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
});

test('a preflight is granted to an origin of CORS_ORIGINS with the headers that our clients send, and to no other', async () => {
  const granted = await ask(preflight('https://console.example', 'content-type,idempotency-key'));
  assert.equal(granted.statusCode, 204);
  assert.equal(granted.headers['access-control-allow-origin'], 'https://console.example');
  assert.match(String(granted.headers['access-control-allow-headers']), /Idempotency-Key/);
  assert.match(String(granted.headers['access-control-allow-methods']), /PATCH/);
  assert.equal(granted.headers['access-control-allow-credentials'], undefined);
  assert.match(String(granted.headers['vary']), /Origin/);
  const refused = await ask(preflight('https://evil.test', 'content-type'));
  assert.deepEqual([refused.statusCode, typeOf(refused)], [403, 'urn:sluice:problem:foreign-origin']);
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
});

test('every answer of a shared path varies by origin, and only a trusted origin may read it', async () => {
  const read = async (origin: string) => await ask({ url: '/v1/workspaces', headers: { origin } });
  const trusted = await read('https://console.example');
  assert.equal(trusted.headers['access-control-allow-origin'], 'https://console.example');
  assert.match(String(trusted.headers['access-control-expose-headers']), /Location/);
  const other = await read('https://evil.test');
  assert.equal(other.headers['access-control-allow-origin'], undefined);
  assert.match(String(other.headers['vary']), /Origin/);
});

test('an answer may not be run, framed, sniffed or embedded, and nothing is said about HTTPS', async () => {
  for (const url of ['/v1/workspaces', '/nowhere', '/docs/']) {
    const { headers } = await ask({ url });
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(String(headers['content-security-policy']), /upgrade-insecure/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['strict-transport-security'], undefined);
  }
});

test('a method that a path does not have is answered 405, whatever the method', async () => {
  // What this Node can read at all: 20.12 knows no QUERY.
  const others = METHODS.filter((method) => !['POST', 'GET', 'HEAD', 'CONNECT'].includes(method));
  assert.ok(others.includes('TRACE') && others.includes('OPTIONS') && others.includes('PROPFIND'));
  for (const method of others) {
    const response = await ask({ method, url: '/v1/workspaces/acme/executions' });
    assert.deepEqual([response.statusCode, typeOf(response)], [405, 'urn:sluice:problem:method-not-allowed']);
    assert.equal(response.headers['allow'], 'POST, GET, HEAD', method);
  }
});
