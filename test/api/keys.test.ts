import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Right } from '../../src/domain/keys/rights.ts';
import { insertTestKey, type TestKey, type TestKeyOptions } from '../support/keys.ts';
import { type Answer, type ApiUnderTest, type Call, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let admin: TestKey;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  admin = await insertTestKey(api.database);
  const path = '/v1/workspaces/acme';
  await api.call({ method: 'PUT', path, body: { tier: 'pro' }, headers: admin.headers });
});
after(() => api.stop());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

const as = (key: { headers: TestKey['headers'] }, call: Call) =>
  api.call({ ...call, headers: { ...call.headers, ...key.headers } });

const make = (key: TestKey, body: Record<string, unknown>) =>
  as(key, { method: 'POST', path: '/v1/keys', body: { name: 'made', ...body } });

const keyOf = (answer: Answer) => {
  assert.equal(answer.status, 201, answer.text);
  const text = answer.body.key as string;
  return { id: answer.body.id as string, text, headers: { authorization: `Bearer ${text}` } };
};

test('a key that was made may do what was said and no more, and its secret is in that one answer only', async () => {
  const answer = await make(admin, { name: 'web', workspaceId: 'acme', rights: ['read'] });
  const key = keyOf(answer);
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.deepEqual(
    { ...answer.body, key: '', createdAt: '' },
    {
      id: key.id,
      name: 'web',
      workspaceId: 'acme',
      rights: ['read'],
      createdAt: '',
      createdBy: admin.id,
      expiresAt: null,
      revokedAt: null,
      revokedBy: null,
      replacedBy: null,
      lastUsedAt: null,
      key: '',
    },
  );
  assert.equal((await as(key, { path: '/v1/workspaces/acme' })).status, 200);
  assert.equal((await as(key, { method: 'POST', path: '/v1/workspaces/acme/executions' })).status, 403);
  const secret = key.text.split('_')[2]!;
  const { rows } = await api.database.pool.query('select row_to_json(k)::text as row from api_keys k');
  for (const { row } of rows) assert.ok(!row.includes(secret));
  const { text } = await as(admin, { path: '/v1/keys' });
  assert.ok(text.includes(key.id) && !text.includes(secret));
});

test('the list goes through all keys by pages', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { body } = await as(admin, { path: `/v1/keys?limit=1${query}` });
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }
  const { rows } = await api.database.pool.query('select id from api_keys');
  assert.deepEqual(new Set(seen), new Set(rows.map(({ id }) => id)));
  assert.equal(seen.length, rows.length);
  assert.equal((await as(admin, { path: '/v1/keys?cursor=bm9uZQ' })).status, 400);
});

test('a key is read by its id, alive or not, without its secret', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'acme', rights: ['read'] });
  const read = async () => (await as(admin, { path: `/v1/keys/${key.id}` })).body;
  const { items } = (await as(admin, { path: '/v1/keys?limit=200' })).body;
  assert.deepEqual(
    await read(),
    items.find(({ id }: { id: string }) => id === key.id),
  );
  await as(admin, { method: 'DELETE', path: `/v1/keys/${key.id}` });
  const { revokedBy, ...others } = await read();
  assert.equal(revokedBy, admin.id);
  assert.ok(!JSON.stringify(others).includes(key.text.split('_')[2]!));
  assert.equal(
    (await as(admin, { path: '/v1/keys/abcdefghijkl' })).body.type,
    'urn:sluice:problem:key-not-found',
  );
});

const MAKERS: [
  TestKeyOptions,
  { workspaceId: string; rights: Right[]; expiresAt?: string | null },
  string,
][] = [
  [{ rights: ['admin', 'read'] }, { workspaceId: '*', rights: ['read', 'cancel'] }, 'no right to cancel'],
  [{ rights: ['admin'] }, { workspaceId: 'acme', rights: ['read'] }, 'no right to read'],
  [{ expiresAt: inHours(1) }, { workspaceId: 'acme', rights: ['read'], expiresAt: null }, 'it expires at'],
  [
    { expiresAt: inHours(1) },
    { workspaceId: 'acme', rights: ['read'], expiresAt: inHours(2).toISOString() },
    'it expires at',
  ],
];

for (const [options, asked, says] of MAKERS) {
  test(`no key makes one beyond itself: ${says}, asked for ${asked.expiresAt === null ? 'one without an end' : asked.rights.join()}`, async () => {
    const maker = await insertTestKey(api.database, options);
    const answer = await make(maker, asked);
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.body.type, 'urn:sluice:problem:key-beyond-own');
    assert.ok(answer.body.detail.includes(says), answer.body.detail);
  });
}

test('a key that is made without an end has that of the key that made it', async () => {
  const expiresAt = inHours(1);
  const maker = await insertTestKey(api.database, { expiresAt });
  const { body } = await make(maker, { workspaceId: 'acme', rights: ['read'] });
  assert.equal(body.expiresAt, expiresAt.toISOString());
});

test('a key of one workspace makes none, and none of one workspace can have the rights of all', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'acme' });
  assert.equal((await make(key, { workspaceId: 'acme', rights: ['read'] })).body.missingRight, 'admin');
  for (const right of ['operate', 'admin']) {
    const answer = await make(admin, { workspaceId: 'acme', rights: ['read', right] });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.errors[0].path, '/rights');
  }
  await assert.rejects(
    insertTestKey(api.database, { workspaceId: 'acme', rights: ['operate'] }),
    /Failed query|api_keys_workspace_rights/,
  );
});

test('what cannot be a key is refused by name', async () => {
  const good = { workspaceId: 'acme', rights: ['read'] };
  const bad: [Record<string, unknown>, number][] = [
    [{ ...good, workspaceId: 'nowhere' }, 404],
    [{ ...good, workspaceId: 'no/where' }, 400],
    [{ ...good, rights: [] }, 400],
    [{ ...good, rights: ['read', 'read'] }, 400],
    [{ ...good, rights: ['own'] }, 400],
    [{ ...good, name: '' }, 400],
    [{ ...good, expiresAt: 'tomorrow' }, 400],
    [{ ...good, expiresAt: '2027-13-45T00:00:00Z' }, 400],
    [{ ...good, expiresAt: '2020-01-01T00:00:00Z' }, 400],
    [{ ...good, secret: 'mine' }, 400],
  ];
  for (const [body, status] of bad)
    assert.equal((await make(admin, body)).status, status, JSON.stringify(body));
});

test('a revoked key lets nobody in from the answer on, stays in the list, and the first time counts', async () => {
  const key = await insertTestKey(api.database);
  assert.equal((await as(key, { path: '/v1/tiers' })).status, 200);
  const revoke = () => as(admin, { method: 'DELETE', path: `/v1/keys/${key.id}` });
  const { status, body } = await revoke();
  assert.equal(status, 200);
  assert.equal(body.revokedBy, admin.id);
  assert.equal((await as(key, { path: '/v1/tiers' })).status, 401);
  assert.deepEqual((await revoke()).body, body);
  assert.equal((await as(admin, { method: 'DELETE', path: '/v1/keys/abcdefghijkl' })).status, 404);
});

test('a rotated key holds beside its successor until the grace is over, and is rotated once', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'acme', rights: ['read'] });
  const rotate = (of: string, body: object) =>
    as(admin, { method: 'POST', path: `/v1/keys/${of}/rotate`, body });
  const answer = await rotate(key.id, {});
  const successor = keyOf(answer);
  assert.deepEqual(answer.body.rights, ['read']);
  for (const one of [key, successor])
    assert.equal((await as(one, { path: '/v1/workspaces/acme' })).status, 200);
  const { rows } = await api.database.pool.query(
    `select replaced_by, round(extract(epoch from expires_at - now()) / 60)::integer as minutes from api_keys where id = $1`,
    [key.id],
  );
  assert.deepEqual(rows, [{ replaced_by: successor.id, minutes: 24 * 60 }]);
  assert.equal((await rotate(key.id, {})).body.type, 'urn:sluice:problem:key-not-alive');

  const last = keyOf(await rotate(successor.id, { graceSeconds: 0 }));
  assert.equal((await as(successor, { path: '/v1/workspaces/acme' })).status, 401);
  assert.equal((await as(last, { path: '/v1/workspaces/acme' })).status, 200);
  assert.equal((await rotate(successor.id, {})).body.type, 'urn:sluice:problem:key-not-alive');

  const reader = await insertTestKey(api.database, { rights: ['admin'] });
  const beyond = await as(reader, { method: 'POST', path: `/v1/keys/${last.id}/rotate`, body: {} });
  assert.equal(beyond.status, 403, 'a rotation makes no key beyond the one that asks for it');
  assert.equal((await as(last, { path: '/v1/workspaces/acme' })).status, 200, 'and changes nothing then');
});
