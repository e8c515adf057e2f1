import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { Sluice } from '../../packages/client/src/index.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { ensureDatabase } from '../../src/db/server/ensure-database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { signalProcess } from '../../src/local/processes/process-identity.ts';
import type { Service } from '../../src/local/processes/service.ts';
import { startLocalTemporal } from '../../src/local/temporal/temporal-server.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { startProcess } from '../support/processes/start-process.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { TcpProxy } from '../support/proxy.ts';

type Settings = Readonly<Record<string, string>>;

/** A server or a process of the installation, which a test may end and start again. */
export interface Part {
  /** Does nothing when it runs. Settings hold for this start. */
  start(settings?: Settings): Promise<void>;
  stop(): Promise<void>;
  /** Without a warning. */
  kill(): Promise<void>;
}

/** The real thing as separate processes: Postgres, Temporal, an API and two workers, which reach Postgres through a proxy. */
export interface Installation {
  readonly dataDir: string;
  readonly postgres: Part;
  readonly temporal: Part;
  readonly api: Part;
  readonly workers: readonly [Part, Part];
  readonly workersToPostgres: TcpProxy;
  readonly client: Client;
  readonly sluice: Sluice;
  readonly apiUrl: string;
  /** The straight way, as the role that owns everything. */
  readonly databaseUrl: string;
  /** What Prometheus scrapes, by job. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Puts an execution into the workspace's queue; gives its id. */
  enqueue(workspaceId: string, workflowType: string, input?: unknown): Promise<string>;
  /** As the owner, or whom the URL names. */
  sql<T extends object>(statement: string, values?: readonly unknown[]): Promise<T[]>;
  /** Where a command of `sluice` finds Temporal. */
  readonly commandSettings: Settings;
  /** The way of the workers with another role than the owner. */
  asRole(name: string, password: string): Settings;
  stop(): Promise<void>;
}

const NAMESPACE = 'prometheus';

/** Short, so that what takes a minute in production takes seconds. */
const IMPATIENT: Settings = {
  SWEEP_INTERVAL_SECONDS: '5',
  STALLED_AFTER_SECONDS: '2',
  SHUTDOWN_GRACE_SECONDS: '1',
};

export async function startInstallation(): Promise<Installation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const common = { dataDir, onSpawn: () => {}, progress: () => {} };
  const ports = await freePorts(8);
  const [postgresPort, temporalPort, uiPort, apiPort, metricsPort, ...workerPorts] = ports as [
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ];
  let serverUrl = '';
  const postgres = part(async () => {
    const server = await startLocalPostgres({ ...common, port: postgresPort, forgetful: true });
    serverUrl = server.url;
    return server;
  });
  const temporal = part(() =>
    startLocalTemporal({ ...common, port: temporalPort, uiPort, namespaces: [NAMESPACE] }),
  );
  await Promise.all([postgres.start(), temporal.start()]);
  const databaseUrl = await ensureDatabase(serverUrl, 'sluice');
  await migrateDatabase(databaseUrl, DEFAULT_TIER_CONFIGS, () => {});
  const workersToPostgres = new TcpProxy(new URL(databaseUrl));
  const proxied = await workersToPostgres.url();
  const address = `127.0.0.1:${temporalPort}`;
  const ours: Settings = {
    ...IMPATIENT,
    AUTH: 'none',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    TEMPORAL_UI_URL: `http://127.0.0.1:${uiPort}`,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
    WORKFLOWS_PATH: fileURLToPath(new URL('./workflows/index.js', import.meta.url)),
    ACTIVITIES_PATH: fileURLToPath(new URL('./activities.js', import.meta.url)),
  };
  const own = (kind: 'api' | 'worker', name: string, port: number, settings: Settings) =>
    part((more) =>
      startProcess({
        name,
        kind,
        folder: REPOSITORY,
        port,
        settings: { ...ours, ...settings, ...more },
        logFile: join(dataDir, `${name}.log`),
        onSpawn: () => {},
      }),
    );
  const api = own('api', 'api', apiPort, { DATABASE_URL: databaseUrl, METRICS_PORT: String(metricsPort) });
  const worker = (name: string, port: number) =>
    own('worker', name, port, { DATABASE_URL: proxied.toString() });
  const workers = [worker('worker-1', workerPorts[0]!), worker('worker-2', workerPorts[1]!)] as const;
  await Promise.all([api.start(), ...workers.map((one) => one.start())]);
  const client = await connectTemporalClient({
    address,
    isAddressSet: true,
    namespace: NAMESPACE,
    access: {},
  });
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const sluice = new Sluice({ baseUrl: apiUrl, retryFor: 0 });
  return {
    dataDir,
    postgres,
    temporal,
    api,
    workers,
    workersToPostgres,
    client,
    sluice,
    apiUrl,
    databaseUrl,
    targets: {
      'sluice-api': [`127.0.0.1:${metricsPort}`],
      'sluice-workers': workerPorts.slice(0, 2).map((port) => `127.0.0.1:${port}`),
    },
    enqueue: async (workspaceId, workflowType, input) =>
      (await sluice.start(workflowType, { workspace: workspaceId, input })).execution.id,
    sql: (statement, values = []) =>
      onServer(databaseUrl, async (server) => (await server.query(statement, [...values])).rows),
    commandSettings: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: NAMESPACE },
    asRole: (username, password) => ({
      DATABASE_URL: Object.assign(new URL(proxied), { username, password }).toString(),
    }),
    async stop() {
      await client.connection.close();
      workersToPostgres.mend();
      await Promise.all([api, ...workers].map((one) => one.stop()));
      workersToPostgres.close();
      await Promise.all([temporal.stop(), postgres.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function part(launch: (settings: Settings) => Promise<Service>): Part {
  let running: Service | null = null;
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  return {
    async start(settings = {}) {
      running ??= await launch(settings);
    },
    stop,
    async kill() {
      if (running) signalProcess(running.identity, 'SIGKILL');
      await stop();
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
