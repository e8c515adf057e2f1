import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { revokeKey } from '../../../src/db/keys/revoke-key.ts';
import { TRUSTED_MS } from '../../../src/keys/key-ring.ts';
import { SESSION_SECONDS } from '../../../src/keys/session-token.ts';
import { eventually } from '../../support/eventually.ts';
import { insertTestKey, type TestKey } from '../../support/keys.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

const HOST = 'sluice.test';
const PARTNER = 'https://partner.sluice.test';
/** What a browser sends with a request of a page of ours. */
const OWN_PAGE = { host: HOST, origin: `https://${HOST}` };

let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys', ALLOWED_HOSTS: HOST, CORS_ORIGINS: PARTNER });
  const { headers } = await insertTestKey(api.database);
  for (const id of ['acme', 'elsewhere'])
    await api.call({ method: 'PUT', path: `/v1/workspaces/${id}`, body: { tier: 'pro' }, headers });
});
after(() => api.stop());

const begin = (key: string, headers: Record<string, string> = OWN_PAGE): Promise<Answer> =>
  api.call({ method: 'POST', path: '/session', body: { key }, headers });

/** The cookie as a browser sends it back. */
const cookieOf = ({ headers }: Answer) => String(headers['set-cookie']).split(';', 1)[0]!;

async function sessionOf({ text }: TestKey): Promise<{ readonly cookie: string }> {
  const answer = await begin(text);
  assert.equal(answer.status, 204, answer.text);
  return { cookie: cookieOf(answer) };
}

test('a key begins a session, whose cookie no script can read and no page of another site has sent', async () => {
  const key = await insertTestKey(api.database, { rights: ['read'] });
  const answer = await begin(key.text);
  assert.equal(answer.status, 204);
  assert.match(
    String(answer.headers['set-cookie']),
    /^sluice_session=sls_\w+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
  );
  assert.ok(!String(answer.headers['set-cookie']).includes(key.text.split('_')[2]!));
  assert.equal(answer.headers['cache-control'], 'no-store');
  const cookie = cookieOf(answer);
  const { body } = await api.call({ path: '/session', headers: { cookie: `a=b; ${cookie}; c` } });
  const { expiresAt, ...who } = body as { expiresAt: string };
  assert.deepEqual(who, { auth: 'keys', keyId: key.id, workspaceId: '*', rights: ['read'] });
  const seconds = (Date.parse(expiresAt) - Date.now()) / 1_000;
  assert.ok(seconds > SESSION_SECONDS - 60 && seconds <= SESSION_SECONDS);
  assert.equal((await api.call({ path: '/v1/workspaces', headers: { cookie } })).status, 200);
});

test('a session that began over plain HTTP has a cookie that goes back over plain HTTP', async () => {
  const key = await insertTestKey(api.database);
  const answer = await begin(key.text, { host: HOST, origin: `http://${HOST}` });
  assert.doesNotMatch(String(answer.headers['set-cookie']), /Secure/);
});

test('a session may what its key may, and nothing else', async () => {
  const read = await sessionOf(await insertTestKey(api.database, { rights: ['read'] }));
  const patch = { method: 'PATCH', path: '/v1/workspaces/acme', body: { limitOverride: 7 } } as const;
  const refused = await api.call({ ...patch, headers: { ...OWN_PAGE, ...read } });
  assert.deepEqual([refused.status, refused.body.missingRight], [403, 'operate']);
  const operate = await sessionOf(await insertTestKey(api.database, { rights: ['operate'] }));
  assert.equal((await api.call({ ...patch, headers: { ...OWN_PAGE, ...operate } })).status, 200);
  const own = await sessionOf(await insertTestKey(api.database, { workspaceId: 'elsewhere' }));
  assert.equal((await api.call({ path: '/v1/workspaces/acme', headers: own })).status, 404);
});

test('a request that changes something and brings a session has to come from a page of ours', async () => {
  const { cookie } = await sessionOf(await insertTestKey(api.database));
  const tried = async (headers: Record<string, string>) =>
    (
      await api.call({
        method: 'PATCH',
        path: '/v1/workspaces/acme',
        body: { limitOverride: 9 },
        headers: { host: HOST, cookie, ...headers },
      })
    ).status;
  assert.equal(await tried({ origin: `https://${HOST}` }), 200);
  assert.equal(await tried({ 'sec-fetch-site': 'same-origin' }), 200);
  // Behind a proxy that changes the host, the browser's own word counts.
  assert.equal(await tried({ 'sec-fetch-site': 'same-origin', origin: PARTNER }), 200);
  assert.equal(await tried({}), 403, 'no word of the browser');
  assert.equal(await tried({ 'sec-fetch-site': 'none' }), 403);
  assert.equal(
    await tried({ 'sec-fetch-site': 'same-site', origin: PARTNER }),
    403,
    'trusted, with keys of its own',
  );
  assert.equal(await tried({ origin: PARTNER }), 403);
  assert.equal(await tried({ origin: 'https://evil.test' }), 403);
  assert.equal(await tried({ origin: 'null' }), 403);
});

test('a session ends with its key: revoked, within 3 s, and expired', async () => {
  const key = await insertTestKey(api.database);
  const headers = await sessionOf(key);
  const status = async () => (await api.call({ path: '/v1/workspaces/acme', headers })).status;
  assert.equal(await status(), 200);
  await revokeKey(api.database, key.id);
  const begunMs = performance.now();
  await eventually(async () => assert.equal(await status(), 401));
  assert.ok(performance.now() - begunMs < TRUSTED_MS + 1_000);
  assert.equal((await begin(key.text)).status, 401);

  const short = await insertTestKey(api.database, { expiresAt: new Date(Date.now() + 1_500) });
  const brief = await sessionOf(short);
  await eventually(async () =>
    assert.equal((await api.call({ path: '/session', headers: brief })).status, 401),
  );
});

test('a session that was tampered with, of another key or of another secret lets nobody in', async () => {
  const key = await insertTestKey(api.database);
  const other = await insertTestKey(api.database);
  const { cookie } = await sessionOf(key);
  const [, , seconds] = cookie.split('_').slice(1);
  const wrong = [
    cookie.slice(0, -1) + (cookie.endsWith('0') ? '1' : '0'),
    cookie.replace(key.id, other.id),
    cookie.replace(`_${seconds}_`, `_${Number(seconds) + 3_600}_`),
    cookie.replace('sls_', 'slr_'),
    'sluice_session=',
    `sluice_session=${key.text}`,
  ];
  for (const one of wrong) {
    const answer = await api.call({ path: '/session', headers: { cookie: one } });
    assert.equal(answer.status, 401, one);
  }
  assert.equal((await api.call({ path: '/session', headers: { cookie } })).status, 200);
});

test('a text that is no key begins no session, and a session ends in the browser when it is told to', async () => {
  for (const text of ['x', 'slc_', 'Bearer x']) {
    const answer = await begin(text);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  const ended = await api.call({ method: 'DELETE', path: '/session', headers: OWN_PAGE });
  assert.equal(ended.status, 204);
  assert.match(String(ended.headers['set-cookie']), /^sluice_session=; Path=\/; Max-Age=0; /);
});

test('where no key is asked for, everybody has a session that may everything', async () => {
  const open = await startApiUnderTest({ AUTH: 'none', DATABASE_URL: api.databaseUrl });
  try {
    const { body } = await open.call({ path: '/session' });
    assert.deepEqual([body.auth, body.keyId, body.workspaceId, body.rights.length], ['none', null, '*', 5]);
    const begun = await open.call({ method: 'POST', path: '/session', body: { key: 'x' } });
    assert.deepEqual([begun.status, begun.headers['set-cookie']], [204, undefined]);
  } finally {
    await open.stop();
  }
});
