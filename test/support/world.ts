import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { type Execution, Sluice, type WorkspaceSettings } from '../../packages/client/src/index.ts';
import { startApi } from '../../src/api/server/start-api.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { executionWorkflowId, gateWorkflowId } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import type { Running } from '../../src/process/run-process.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../../src/temporal/connection/temporal-settings.ts';
import { type WorkerOptions, startWorker } from '../../src/worker/start-worker.ts';
import { createTestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { testTemporal, testUiUrl } from './temporal.ts';

export type ExecutionBody = Execution;

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

/** The whole product in this process, on a database and a namespace of its own. */
export interface World {
  readonly config: Config;
  /** The straight way to it. */
  readonly temporal: TemporalSettings;
  readonly apiUrl: string;
  readonly database: Database;
  readonly client: Client;
  /** The API's own client. Each request has one try: a test sees what happens. */
  readonly sluice: Sluice;
  /** A raw request. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** Creates a workspace of a new name. */
  workspace(fields?: WorkspaceSettings): Promise<string>;
  enqueue(workspaceId: string, workflowType: string, input?: unknown): Promise<ExecutionBody>;
  execution(workspaceId: string, executionId: string): Promise<ExecutionBody>;
  /** Seqs of a workspace's executions in that status, ascending. */
  seqs(workspaceId: string, status: string): Promise<number[]>;
  /** Tells an `untilTold` execution to end, as soon as it is there to be told. */
  finish(executionId: string, value?: unknown): Promise<void>;
  gate(workspaceId: string): ReturnType<Client['workflow']['getHandle']>;
  stopApi(): Promise<void>;
  stopWorker(): Promise<void>;
  startWorker(options?: WorkerOptions): Promise<void>;
  stop(): Promise<void>;
}

/** By what addresses a process reaches its servers. */
interface Way {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/** The world's servers, and the ways of the API and the worker to them. */
export interface Servers {
  /** Of a migrated database. Defaults to one of the world's own. */
  readonly databaseUrl?: string;
  /** Defaults to the run's. */
  readonly temporalAddress?: string;
  /** Default to the straight way. */
  readonly api?: Way;
  readonly worker?: Way;
}

let epochs = 1;

/**
 * Starts API and worker in this process, with the tests' own workflows. Pass `import.meta.url`, and settings by their names. Worker
 * options hold for each start of the worker.
 */
export async function startWorld(
  importMetaUrl: string,
  settings: Record<string, string> = {},
  servers: Servers = {},
  workerOptions: WorkerOptions = {},
): Promise<World> {
  const testDatabase =
    servers.databaseUrl === undefined ? await createTestDatabase(readConfig(settings).tiers) : null;
  const databaseUrl = servers.databaseUrl ?? testDatabase!.url;
  const temporal = testTemporal(importMetaUrl, servers.temporalAddress);
  const straight: Way = { databaseUrl, temporalAddress: temporal.address };
  const { api: apiWay = straight, worker: workerWay = straight } = servers;
  const config = readConfig({
    PORT: '0',
    AUTH: 'none',
    DATABASE_URL: databaseUrl,
    TEMPORAL_UI_URL: testUiUrl(),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    WORKFLOWS_PATH: fileURLToPath(new URL('./workflows/index.js', import.meta.url)),
    ACTIVITIES_PATH: fileURLToPath(new URL('./activities.js', import.meta.url)),
    SHUTDOWN_GRACE_SECONDS: '2',
    ...settings,
  });
  const log = createLog({ level: config.LOG_LEVEL, process: 'test' });
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 4,
    applicationName: 'test',
    onError: () => {},
  });
  // Worlds of one file share a namespace, and gates of the first remember what the database of the second, a copy of the same template, lacks.
  if (testDatabase) await database.pool.query('update deployment set epoch = $1', [++epochs]);
  const client = await connectTemporalClient(temporal);
  const configOf = (way: Way) => ({ ...config, DATABASE_URL: way.databaseUrl });
  const temporalBy = (way: Way) => ({ ...temporal, address: way.temporalAddress });
  const begin = {
    api: () => startApi(configOf(apiWay), log, temporalBy(apiWay)),
    worker: (options?: WorkerOptions) =>
      startWorker(configOf(workerWay), log, temporalBy(workerWay), { ...workerOptions, ...options }),
  };
  let api: Running | null = null;
  const { url: apiUrl } = (api = await begin.api());
  let worker: Running | null = await begin.worker();
  const sluice = new Sluice({ baseUrl: apiUrl, retryFor: 0 });
  let workspaces = 0;

  const call: World['call'] = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text === '' ? {} : JSON.parse(text)) as never,
    };
  };

  return {
    config,
    temporal,
    apiUrl,
    database,
    client,
    call,
    sluice,
    async workspace(fields = { tier: 'pro' }) {
      return (await sluice.workspaces.put(`ws-${++workspaces}`, fields)).id;
    },
    async enqueue(workspaceId, workflowType, input) {
      return (await sluice.start(workflowType, { workspace: workspaceId, input })).execution;
    },
    execution: (workspaceId, executionId) => sluice.executions.get(workspaceId, executionId),
    async seqs(workspaceId, status) {
      const { rows } = await database.pool.query<{ seq: string }>(
        'select seq from all_executions where workspace_id = $1 and status = $2 order by seq',
        [workspaceId, status],
      );
      return rows.map((row) => Number(row.seq));
    },
    async finish(executionId, value) {
      await eventually(() =>
        client.workflow
          .getHandle(executionWorkflowId(executionId))
          .signal('finish', ...(value === undefined ? [] : [value])),
      );
    },
    gate: (workspaceId) => client.workflow.getHandle(gateWorkflowId(workspaceId)),
    async stopApi() {
      await api?.stop();
      api = null;
    },
    async stopWorker() {
      await worker?.stop();
      worker = null;
    },
    async startWorker(options) {
      worker ??= await begin.worker(options);
    },
    async stop() {
      await api?.stop();
      await worker?.stop();
      await client.connection.close();
      await database.close();
      await testDatabase?.drop();
    },
  };
}
