import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openApiDocument } from '../../../src/api/openapi/openapi-document.ts';
import { insertTestKey, type TestKey } from '../../support/keys.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

// Tries to get at a foreign workspace by everything that the OpenAPI document lets a caller send.

/** In inputs and names of types of the foreign workspace. Nobody sends it but the foreign workspace itself. */
const SECRET = 'zanzibar';
const FOREIGN = 'foreign-workspace';
/** A key and a reference that it has used. */
const WORD = 'word';
const NOBODY = 'nowhere-at-all';
const NO_EXECUTION = '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11';

let api: ApiUnderTest;
let all: TestKey;
let own: TestKey;
let ownExecution: string;
let foreignExecution: string;
/** Nobody names it. */
let unnamedExecution: string;
let foreignCursor: string;
let port: number;

before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys', KEY_REQUESTS_PER_SECOND: '100000' });
  all = await insertTestKey(api.database);
  for (const id of ['own', FOREIGN])
    await api.call({
      method: 'PUT',
      path: `/v1/workspaces/${id}`,
      body: { tier: 'pro' },
      headers: all.headers,
    });
  own = await insertTestKey(api.database, { workspaceId: 'own' });
  ownExecution = await enqueued('own', 'mine', 'demo');
  unnamedExecution = await enqueued(FOREIGN, WORD, SECRET);
  foreignExecution = await enqueued(FOREIGN, `${WORD} 2`, SECRET);
  const page = `/v1/workspaces/${FOREIGN}/executions?limit=1`;
  foreignCursor = (await api.call({ path: page, headers: all.headers })).body.nextCursor as string;
  assert.ok(foreignCursor);
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  port = (api.app.server.address() as AddressInfo).port;
});
after(() => api.stop());

async function enqueued(workspaceId: string, word: string, workflowType: string): Promise<string> {
  const body = { workflowType, input: { said: workflowType }, reference: word };
  const answer = await api.enqueue(workspaceId, body, { ...all.headers, 'idempotency-key': word });
  assert.equal(answer.status, 202, answer.text);
  return answer.body.id as string;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema?: { readonly type?: unknown };
}

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly query: readonly string[];
  readonly headers: readonly string[];
  readonly members: readonly string[];
}

async function operations(): Promise<Operation[]> {
  const { paths } = (await openApiDocument()) as {
    paths: Record<string, Record<string, { parameters?: Parameter[]; requestBody?: unknown }>>;
  };
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      template,
      query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
      headers: parameters.filter((one) => one.in === 'header').map(({ name }) => name),
      members: membersOf(requestBody),
    })),
  );
}

function membersOf(requestBody: unknown): string[] {
  const { content } = (requestBody ?? {}) as {
    content?: Record<string, { schema?: { properties?: object } }>;
  };
  return Object.keys(content?.['application/json']?.schema?.properties ?? {});
}

interface Told {
  readonly status: number;
  readonly text: string;
}

/** As raw as it gets: no client that tidies the path up. A stream is read for a moment. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        method,
        path,
        headers: {
          ...own.headers,
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (answer) => {
        let text = '';
        const status = answer.statusCode!;
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('close', () => resolve({ status, text }));
        if (String(answer.headers['content-type']).includes('event-stream'))
          setTimeout(() => answer.destroy(), STREAM_READ_MS);
      },
    );
    sent.once('error', reject);
    sent.end(json);
  });
}

const STREAM_READ_MS = 50;

const pathOf = (template: string, workspaceId: string, executionId: string) =>
  template
    .replace('{workspaceId}', workspaceId)
    .replace('{executionId}', executionId)
    .replace('{tier}', 'pro')
    .replace('{keyId}', all.id);

/** What a caller may send where he names something foreign. */
const foreignValues = () => [FOREIGN, foreignExecution, foreignCursor, WORD, `${FOREIGN}:1`, '*', '1'];

/** Not in the document: proxies and other frameworks go by them. */
const OTHER_HEADERS = [
  'x-workspace-id',
  'x-tenant-id',
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-prefix',
  'x-http-method-override',
];

const reveals = ({ text }: Told) => text.includes(SECRET) || text.includes(unnamedExecution);

async function foreignRows(): Promise<unknown> {
  const { rows } = await api.database.pool.query(
    `select (select jsonb_agg(to_jsonb(e) order by e.id) from executions e where workspace_id = $1) as executions,
       (select to_jsonb(w) from workspaces w where id = $1) as workspace,
       (select count(*) from events where workspace_id = $1) as events,
       (select count(*) from ended_executions where workspace_id = $1) as ended,
       (select jsonb_agg(to_jsonb(t)) from tiers t) as tiers,
       (select jsonb_agg(to_jsonb(k) - 'last_used_at') from api_keys k) as keys`,
    [FOREIGN],
  );
  return rows[0];
}

const bodyFor = ({ members }: Operation, more: object = {}) =>
  members.length === 0
    ? undefined
    : { ...(members.includes('workflowType') && { workflowType: 'demo' }), ...more };

test('every path to a foreign workspace is one to a workspace that does not exist, whatever it is written like', async () => {
  const before = await foreignRows();
  const written = (name: string) => [
    name,
    `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
    `own/../${name}`,
    `own%2F..%2F${name}`,
    `./${name}`,
    `${name}%00`,
    `${name};own`,
  ];
  for (const operation of await operations()) {
    if (!operation.template.includes('{workspaceId}')) continue;
    for (const [index, workspaceId] of written(FOREIGN).entries()) {
      const nobody = written(NOBODY)[index]!;
      for (const executionId of [foreignExecution, ownExecution]) {
        const foreign = await ask(
          operation.method,
          pathOf(operation.template, workspaceId, executionId),
          {},
          bodyFor(operation),
        );
        const none = await ask(
          operation.method,
          pathOf(operation.template, nobody, executionId),
          {},
          bodyFor(operation),
        );
        const where = `${operation.method} ${operation.template} as ${workspaceId}`;
        assert.ok(foreign.status >= 400, `${where}: ${foreign.status}`);
        assert.deepEqual(anonymous(foreign), anonymous(none), where);
      }
    }
  }
  assert.deepEqual(await foreignRows(), before);
});

const anonymous = ({ status, text }: Told) => ({
  status,
  text: text
    .replaceAll(FOREIGN, NOBODY)
    .replaceAll(`%${FOREIGN.charCodeAt(0).toString(16)}${FOREIGN.slice(1)}`, `%6e${NOBODY.slice(1)}`)
    .replace(/"requestId":"[^"]+"/, ''),
});

test('an execution of a foreign workspace is one that does not exist in the own', async () => {
  const before = await foreignRows();
  for (const operation of await operations()) {
    if (!operation.template.includes('{executionId}')) continue;
    const [foreign, none] = await Promise.all(
      [foreignExecution, NO_EXECUTION].map((id) =>
        ask(operation.method, pathOf(operation.template, 'own', id), {}, bodyFor(operation)),
      ),
    );
    const { status, text } = anonymous(none!);
    assert.deepEqual(
      anonymous({ ...foreign!, text: foreign!.text.replaceAll(foreignExecution, NO_EXECUTION) }),
      { status, text },
      `${operation.method} ${operation.template}`,
    );
    assert.equal(status, 404, `${operation.method} ${operation.template}: ${text}`);
  }
  assert.deepEqual(await foreignRows(), before);
});

test('a key and a reference that a foreign workspace has used are new in the own', async () => {
  const body = { workflowType: 'demo', input: { said: 'mine too' }, reference: WORD };
  const answer = await api.enqueue('own', body, { ...own.headers, 'idempotency-key': WORD });
  assert.equal(answer.status, 202);
  assert.equal(answer.body.workspaceId, 'own');
});

test('no query parameter, header or member of a body leads to a foreign workspace', async () => {
  const before = await foreignRows();
  let tried = 0;
  for (const operation of await operations()) {
    const path = pathOf(operation.template, 'own', ownExecution);
    const attempts = foreignValues().flatMap((value) => [
      ...operation.query.map((name) => [`${path}?${name}=${encodeURIComponent(value)}`, {}, {}] as const),
      ...operation.headers.map((name) => [path, { [name]: value }, {}] as const),
      ...operation.members.map((name) => [path, {}, { [name]: value }] as const),
    ]);
    const unknown = [FOREIGN, foreignExecution].flatMap((value) => [
      ...['workspaceId', 'workspace'].map((name) => [`${path}?${name}=${value}`, {}, {}] as const),
      ...OTHER_HEADERS.map((name) => [path, { [name]: value }, {}] as const),
      ...['workspaceId', 'id'].map((name) => [path, {}, { [name]: value }] as const),
    ]);
    await Promise.all(
      [...attempts, ...unknown].map(async ([to, headers, members]) => {
        const answer = await ask(operation.method, to, headers, bodyFor(operation, members));
        tried++;
        const what = `${operation.method} ${to} ${JSON.stringify({ headers, members })}`;
        assert.ok(!reveals(answer), `${what}: ${answer.text.slice(0, 500)}`);
      }),
    );
  }
  assert.ok(tried > 500, `${tried} were tried`);
  assert.deepEqual(await foreignRows(), before);
});
