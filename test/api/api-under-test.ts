import assert from 'node:assert/strict';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Client, Connection } from '@temporalio/client';
import { Compile } from 'typebox/compile';
import { type Api, type ApiDeps, type ApiTimes, buildApi } from '../../src/api/server/build-api.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { createLog } from '../../src/process/log.ts';
import type { GateSignal } from '../../src/temporal/gates/signal-gate.ts';
import { webUi } from '../../src/temporal/web-ui.ts';
import { createTestDatabase } from '../support/database.ts';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Sent as JSON; a string, or bytes, are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
  // The tests assert its contents; typing it here would only repeat the schemas that every answer is checked against.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The API on a database of its own, unless a setting names one, with Temporal down: all that it must do without it. */
export interface ApiUnderTest {
  readonly app: Api;
  readonly config: Config;
  readonly database: Database;
  readonly databaseUrl: string;
  /** The wakes asked for since the last look. */
  takeWakes(): string[];
  /** Calls the API, and checks the answer against what /openapi.json says about it. */
  call(call: Call): Promise<Answer>;
  /** Creates a workspace of a new name. */
  workspace(settings?: Record<string, unknown>): Promise<string>;
  enqueue(workspaceId: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startApiUnderTest(
  settings: Record<string, string> = {},
  times: Partial<ApiTimes> = {},
  moreRoutes: ApiDeps['moreRoutes'] = [],
): Promise<ApiUnderTest> {
  const testDatabase =
    settings['DATABASE_URL'] === undefined ? await createTestDatabase(readConfig(settings).tiers) : null;
  const databaseUrl = settings['DATABASE_URL'] ?? testDatabase!.url;
  const config = readConfig({ AUTH: 'none', DATABASE_URL: databaseUrl, ...settings });
  const log = createLog({ level: process.env['LOG_LEVEL'] ?? 'silent', process: 'test' });
  const database = openDatabase({
    url: databaseUrl,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'test-api',
    onError: () => {},
  });
  const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
  const temporal = new Client({ connection });
  let wakes: string[] = [];
  const waker = {
    wake: (workspaceId: string, signal: GateSignal = 'wake') => void wakes.push(`${signal} ${workspaceId}`),
    wakeSoon: (workspaceId: string) => void wakes.push(`soon ${workspaceId}`),
    sent: () => Promise.resolve(),
    allSent: () => Promise.resolve(),
  };
  const ui = webUi('http://ui.test', 'default');
  const app = await buildApi({ config, log, database, temporal, waker, webUi: ui, moreRoutes }, times);
  const checkContract = contractOf(app);
  let workspaces = 0;

  const call = async ({ method = 'GET', path, body, headers }: Call): Promise<Answer> => {
    const response = await app.inject({
      method,
      url: path,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    } as InjectOptions);
    const isJson = /json/.test(String(response.headers['content-type']));
    const answer = {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      body: isJson ? (JSON.parse(response.payload) as unknown) : null,
    };
    checkContract(method, path, answer);
    return answer;
  };

  return {
    app,
    config,
    database,
    databaseUrl,
    takeWakes: () => {
      const taken = wakes;
      wakes = [];
      return taken;
    },
    call,
    async workspace(fields = { tier: 'pro' }) {
      const id = `ws-${++workspaces}`;
      const answer = await call({ method: 'PUT', path: `/v1/workspaces/${id}`, body: fields });
      assert.equal(answer.status, 201, answer.text);
      return id;
    },
    enqueue: (workspaceId, body = { workflowType: 'demo' }, headers = {}) =>
      call({ method: 'POST', path: `/v1/workspaces/${workspaceId}/executions`, body, headers }),
    async stop() {
      await app.close();
      await connection.close();
      await database.close();
      await testDatabase?.drop();
    },
  };
}

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, object> };
}

/** Fails for an answer whose status, media type or body the OpenAPI document does not foresee. */
function contractOf(app: Api): (method: string, path: string, answer: Answer) => void {
  const document = (app as unknown as { swagger(): unknown }).swagger() as OpenApi;
  return (method, path, answer) => {
    const operation = operationOf(document, method, path.split('?', 1)[0]!);
    if (operation === undefined) return;
    const documented = operation.responses[answer.status];
    assert.ok(
      documented,
      `${method} ${path} answered ${answer.status}, which is not documented: ${answer.text}`,
    );
    const mediaType = String(answer.headers['content-type']).split(';', 1)[0]!;
    const schema = documented.content?.[mediaType]?.schema;
    if (mediaType === 'text/plain') return;
    if (documented.content === undefined && answer.text === '') return;
    assert.ok(schema, `${method} ${path} answered ${answer.status} as ${mediaType}, which is not documented`);
    const whole = { $defs: document.components.schemas, ...atDefs(schema) };
    const errors = Compile(closed(whole) as never).Errors(answer.body);
    assert.deepEqual(errors, [], `${method} ${path} answered otherwise than documented: ${answer.text}`);
  };
}

function operationOf({ paths }: OpenApi, method: string, path: string) {
  const parts = path.split('/');
  const match = Object.keys(paths).find((template) => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i])
    );
  });
  return match === undefined ? undefined : paths[match]![method.toLowerCase()];
}

function atDefs<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')) as T;
}

/** The same schema with no room for members that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(atDefs(schema)).map(([key, value]) => [key, closed(value)]));
  return copy['type'] === 'object' && 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}
