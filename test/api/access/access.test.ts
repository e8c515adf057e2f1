import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiDocument } from '../../../src/api/openapi/openapi-document.ts';
import type { Api } from '../../../src/api/server/api.ts';
import { readConfig } from '../../../src/config/config.ts';
import { revokeKey } from '../../../src/db/keys/revoke-key.ts';
import { RIGHTS, type Right } from '../../../src/domain/keys/rights.ts';
import { base62 } from '../../../src/keys/base62.ts';
import { crc32 } from '../../../src/keys/crc32.ts';
import { newKey } from '../../../src/keys/key-text.ts';
import { eventually } from '../../support/eventually.ts';
import { insertTestKey, type TestKey } from '../../support/keys.ts';
import { type Answer, type ApiUnderTest, type Call, startApiUnderTest } from '../api-under-test.ts';

let api: ApiUnderTest;
let all: TestKey;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  all = await insertTestKey(api.database);
  for (const id of ['own', 'other']) {
    const path = `/v1/workspaces/${id}`;
    const { status } = await api.call({ method: 'PUT', path, body: { tier: 'pro' }, headers: all.headers });
    assert.equal(status, 201);
  }
});
after(() => api.stop());

const call = (key: TestKey, path: string, more: Partial<Call> = {}) =>
  api.call({ path, ...more, headers: { ...key.headers, ...more.headers } });

/** What each operation needs. A new one has its line here. */
const NEEDED: Readonly<Record<string, Right | 'none'>> = {
  'GET /health/live': 'none',
  'GET /health/ready': 'none',
  'GET /metrics': 'read',
  'GET /session': 'none',
  'POST /session': 'none',
  'DELETE /session': 'none',
  'GET /v1/events': 'read',
  'GET /v1/tiers': 'read',
  'GET /v1/tiers/{tier}': 'read',
  'PUT /v1/tiers/{tier}': 'operate',
  'GET /v1/stats': 'read',
  'GET /v1/stats/workspaces': 'read',
  'GET /v1/stats/workspaces/{workspaceId}': 'read',
  'GET /v1/keys': 'admin',
  'POST /v1/keys': 'admin',
  'GET /v1/keys/{keyId}': 'admin',
  'POST /v1/keys/{keyId}/rotate': 'admin',
  'DELETE /v1/keys/{keyId}': 'admin',
  'GET /v1/workspaces': 'read',
  'GET /v1/workspaces/{workspaceId}': 'read',
  'PUT /v1/workspaces/{workspaceId}': 'admin',
  'PATCH /v1/workspaces/{workspaceId}': 'operate',
  'DELETE /v1/workspaces/{workspaceId}': 'admin',
  'PUT /v1/workspaces/{workspaceId}/pause': 'operate',
  'DELETE /v1/workspaces/{workspaceId}/pause': 'operate',
  'GET /v1/workspaces/{workspaceId}/changes': 'read',
  'GET /v1/changes': 'read',
  'GET /v1/workspaces/{workspaceId}/gate': 'read',
  'POST /v1/workspaces/{workspaceId}/gate/wake': 'operate',
  'GET /v1/workspaces/{workspaceId}/events': 'read',
  'GET /v1/workspaces/{workspaceId}/executions/{executionId}/events': 'read',
  'GET /v1/executions': 'read',
  'GET /v1/bulk-acts/{bulkActId}': 'read',
  'POST /v1/bulk-acts': 'cancel',
  'GET /v1/workspaces/{workspaceId}/bulk-acts/{bulkActId}': 'read',
  'POST /v1/workspaces/{workspaceId}/bulk-acts': 'cancel',
  'GET /v1/workspaces/{workspaceId}/executions': 'read',
  'GET /v1/workspaces/{workspaceId}/queue': 'read',
  'POST /v1/workspaces/{workspaceId}/executions': 'enqueue',
  'POST /v1/workspaces/{workspaceId}/executions/batch': 'enqueue',
  'GET /v1/workspaces/{workspaceId}/executions/{executionId}': 'read',
  'GET /v1/workspaces/{workspaceId}/executions/{executionId}/explain': 'read',
  'POST /v1/workspaces/{workspaceId}/executions/{executionId}/cancel': 'cancel',
  'POST /v1/workspaces/{workspaceId}/executions/{executionId}/rerun': 'enqueue',
  'POST /v1/workspaces/{workspaceId}/executions/{executionId}/terminate': 'cancel',
  'DELETE /v1/workspaces/{workspaceId}/executions/{executionId}/payloads': 'cancel',
  'POST /v1/workspaces/{workspaceId}/executions/{executionId}/tokens': 'read',
};

/** It needs no right, and says nothing to who has no key. */
const WHO_ASKS = 'GET /session';

/** Those whose body says which right is needed: whoever has this one is let in too. */
const ALSO: Readonly<Record<string, Right>> = {
  'POST /v1/bulk-acts': 'enqueue',
  'POST /v1/workspaces/{workspaceId}/bulk-acts': 'enqueue',
};

interface Operation {
  readonly method: NonNullable<Call['method']>;
  readonly template: string;
  readonly security: readonly object[] | undefined;
}

async function operations(): Promise<Operation[]> {
  const { paths } = (await openApiDocument()) as {
    paths: Record<string, Record<string, { security?: object[] }>>;
  };
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase() as Operation['method'],
      template,
      security,
    })),
  );
}

const pathOf = (template: string, workspaceId = 'own') =>
  template
    .replace('{workspaceId}', workspaceId)
    .replace('{executionId}', '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11')
    .replace('{tier}', 'pro')
    .replace('{bulkActId}', '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11')
    .replace('{keyId}', 'abcdefghijkl')
    // Of another epoch: answered, and not streamed.
    .replace(/\/events$/, '/events?after=9-1');

test('without a setting keys are asked for', () => {
  assert.equal(readConfig({}).AUTH, 'keys');
});

test('every operation has a right that it needs, and says in the OpenAPI document what a caller sends', async () => {
  const found = await operations();
  assert.deepEqual(
    found.map(({ method, template }) => `${method} ${template}`).sort(),
    Object.keys(NEEDED).sort(),
  );
  for (const { method, template, security } of found) {
    const needed = NEEDED[`${method} ${template}`];
    const first = security?.[0];
    assert.deepEqual(first, needed === 'none' ? undefined : { apiKey: [] }, `${method} ${template}`);
  }
});

test('a route that does not declare a right keeps the API from coming up', async () => {
  const undeclared = (app: Api) => void app.get('/undeclared', async () => 'open');
  await assert.rejects(startApiUnderTest({ DATABASE_URL: api.databaseUrl }, {}, [undeclared]), {
    name: 'RightNotDeclaredError',
    message: /GET \/undeclared does not say what right it needs/,
  });
});

test('nobody passes without a key: 401, before anything of the request is looked at', async () => {
  for (const { method, template } of await operations()) {
    const answer = await api.call({
      method,
      path: pathOf(template),
      body: method === 'GET' ? undefined : '{',
    });
    if (NEEDED[`${method} ${template}`] === 'none' && `${method} ${template}` !== WHO_ASKS) {
      assert.notEqual(answer.status, 401, template);
      continue;
    }
    assert.equal(answer.status, 401, `${method} ${template}`);
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="sluice"');
    assert.equal(answer.body.type, 'urn:sluice:problem:unauthenticated');
  }
  for (const path of ['/', '/failures', '/docs', '/openapi.json'])
    assert.ok((await api.call({ path })).status < 400, path);
});

test('each right lets through to its routes and to no other: 403 names what is missing', async () => {
  for (const right of RIGHTS) {
    const key = await insertTestKey(api.database, { rights: [right] });
    for (const { method, template } of await operations()) {
      const needed = NEEDED[`${method} ${template}`]!;
      if (needed === 'none') continue;
      // The other tests need theirs: this one is let through to, and is not there.
      const workspaceId =
        method === 'DELETE' && template === '/v1/workspaces/{workspaceId}' ? 'never' : 'own';
      const answer = await call(key, pathOf(template, workspaceId), { method });
      if (needed === right || ALSO[`${method} ${template}`] === right) {
        assert.notEqual(answer.status, 401, `${method} ${template}`);
        assert.notEqual(answer.status, 403, `${method} ${template}`);
        continue;
      }
      assert.equal(answer.status, 403, `${right}: ${method} ${template}`);
      assert.equal(answer.body.missingRight, needed);
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer realm="sluice", error="insufficient_scope", scope="${needed}"`,
      );
    }
  }
});

test('what is about no single workspace needs a key of all', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'own' });
  for (const path of [
    '/v1/workspaces',
    '/v1/executions',
    '/v1/tiers',
    '/v1/tiers/pro',
    '/v1/changes',
    '/v1/events',
    '/metrics',
  ]) {
    const answer = await call(key, path);
    assert.equal(answer.status, 403, path);
    assert.equal(answer.body.missingRight, 'read');
    assert.match(answer.body.detail, /in all workspaces/);
  }
});

const shown = ({ status, text, headers }: Answer, id: string) => ({
  status,
  type: headers['content-type'],
  text: text.replaceAll(id, '{id}').replace(/"requestId":"[^"]+"/, ''),
});

test('to a key of one workspace, another that there is and one that there is not are the same, and neither is asked for', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'own' });
  assert.equal((await call(key, '/v1/workspaces/own')).status, 200);
  const statements: string[] = [];
  const { pool } = api.database;
  const query = pool.query.bind(pool);
  pool.query = ((...args: unknown[]) => {
    statements.push(JSON.stringify(args[0]));
    return (query as (...args: unknown[]) => unknown)(...args);
  }) as typeof pool.query;
  try {
    for (const { method, template } of await operations()) {
      const needed = NEEDED[`${method} ${template}`]!;
      if (!template.includes('{workspaceId}') || !['read', 'enqueue', 'cancel'].includes(needed)) continue;
      const there = await call(key, pathOf(template, 'other'), { method });
      const nowhere = await call(key, pathOf(template, 'never'), { method });
      assert.equal(there.status, 404, `${method} ${template}`);
      assert.equal(there.body.type, 'urn:sluice:problem:workspace-not-found');
      assert.deepEqual(shown(there, 'other'), shown(nowhere, 'never'));
    }
  } finally {
    pool.query = query;
  }
  assert.deepEqual(
    statements.filter((statement) => /workspaces|executions/.test(statement)),
    [],
  );
  const forAll = await call(all, '/v1/workspaces/never');
  const forOne = await call(key, '/v1/workspaces/never');
  assert.deepEqual(shown(forOne, 'never'), shown(forAll, 'never'), 'it is the answer that a key of all gets');
});

/** With the checksum that it needs to be looked at. */
function wholeKey(id: string, secret: string): string {
  const body = `slc_${id}_${secret}`;
  return `${body}_${base62(BigInt(crc32(body)), 6)}`;
}

test('a key that is mistyped, unknown, of another secret, revoked or expired lets nobody in, and it is not told which', async () => {
  const key = await insertTestKey(api.database);
  const [, id, secret] = key.text.split('_');
  const other = await insertTestKey(api.database);
  const revoked = await insertTestKey(api.database);
  await revokeKey(api.database, revoked.id);
  const expired = await insertTestKey(api.database, { expiresAt: new Date(Date.now() - 1) });
  const wrong = [
    '',
    'Bearer',
    'Bearer x',
    `Basic ${key.text}`,
    `Bearer ${key.text}x`,
    `Bearer ${key.text.replace(id!, other.id)}`,
    `Bearer ${wholeKey(other.id, secret!)}`,
    `Bearer ${newKey().text}`,
    `Bearer ${revoked.text}`,
    `Bearer ${expired.text}`,
  ];
  const answers = new Set<string>();
  for (const authorization of wrong) {
    const answer = await api.call({ path: '/v1/tiers', headers: { authorization } });
    assert.equal(answer.status, 401, authorization);
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="sluice", error="invalid_token"');
    answers.add(answer.body.detail);
  }
  assert.equal(answers.size, 1);
  assert.equal(wholeKey(id!, secret!), key.text);
  for (const authorization of [`Bearer ${key.text}`, `bearer   ${key.text} `])
    assert.equal((await api.call({ path: '/v1/tiers', headers: { authorization } })).status, 200);
});

test('a key in use costs no statement per request, and says at most once a minute that it is used', async () => {
  const key = await insertTestKey(api.database, { rights: ['enqueue'] });
  const asked = () => call(key, '/v1/tiers');
  assert.equal((await asked()).status, 403);
  const statements: string[] = [];
  const { pool } = api.database;
  const query = pool.query.bind(pool);
  pool.query = ((...args: unknown[]) => {
    statements.push(JSON.stringify(args[0]));
    return (query as (...args: unknown[]) => unknown)(...args);
  }) as typeof pool.query;
  const begunMs = performance.now();
  try {
    for (let i = 0; i < 200; i++) await asked();
  } finally {
    pool.query = query;
  }
  const reads = statements.filter((statement) => statement.includes('secret_hash')).length;
  const seconds = (performance.now() - begunMs) / 1_000;
  assert.ok(reads <= 1 + seconds, `${reads} reads in ${seconds} s`);
  await eventually(async () => {
    const { rows } = await pool.query('select last_used_at from api_keys where id = $1', [key.id]);
    assert.ok(rows[0].last_used_at !== null);
  });
  const usedAt = await pool.query('select last_used_at from api_keys where id = $1', [key.id]);
  await asked();
  assert.deepEqual(
    (await pool.query('select last_used_at from api_keys where id = $1', [key.id])).rows,
    usedAt.rows,
  );
});

test('a page of an allowed origin may send a key', async () => {
  const open = await startApiUnderTest({
    AUTH: 'keys',
    DATABASE_URL: api.databaseUrl,
    CORS_ORIGINS: 'https://console.example',
  });
  try {
    const { headers } = await open.app.inject({
      method: 'OPTIONS',
      url: '/v1/tiers',
      headers: { origin: 'https://console.example', 'access-control-request-method': 'GET' },
    });
    assert.match(String(headers['access-control-allow-headers']), /Authorization/);
  } finally {
    await open.stop();
  }
});

test('what workflow types the pool knows is told to whoever operates it, and to no tenant', async () => {
  const { pool } = api.database;
  await pool.query(
    `insert into workflow_types (name, seen_at) values ('another-tenants', clock_timestamp())`,
  );
  const fresh = await startApiUnderTest({ AUTH: 'keys', DATABASE_URL: api.databaseUrl });
  try {
    const tenant = await insertTestKey(api.database, { workspaceId: 'own' });
    const refused = (key: TestKey) => fresh.enqueue('own', { workflowType: 'unheard-of' }, key.headers);
    assert.deepEqual((await refused(all)).body.knownWorkflowTypes, ['another-tenants']);
    const { status, text } = await refused(tenant);
    assert.equal(status, 422);
    assert.ok(!text.includes('another-tenants'));
  } finally {
    await fresh.stop();
    await pool.query('delete from workflow_types');
  }
});

test('whoever may end an execution and not read it is not told what was sent', async () => {
  const body = { workflowType: 'demo', input: 'for readers' };
  const { id } = (await api.enqueue('own', body, all.headers)).body as { id: string };
  const path = `/v1/workspaces/own/executions/${id}/cancel`;
  for (const [rights, sees] of [
    [['cancel'], false],
    [['cancel', 'read'], true],
  ] as [Right[], boolean][]) {
    const key = await insertTestKey(api.database, { workspaceId: 'own', rights });
    const answer = await call(key, path, { method: 'POST' });
    assert.equal(answer.status, 200);
    assert.equal(answer.text.includes('for readers'), sees, rights.join());
  }
});
