import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { ensureDatabase } from '../../src/db/server/ensure-database.ts';
import { goInstall, requireGo } from '../../src/local/temporal/go-install.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import type { Progress } from '../../src/local/terminal/progress.ts';
import { type Service, startService } from '../../src/local/processes/service.ts';
import { temporalAnswers } from '../../src/local/temporal/temporal-answers.ts';
import { DYNAMIC_CONFIG } from '../../src/local/temporal/temporal-server.ts';
import { poll } from '../../src/async/poll.ts';
import { createLog } from '../../src/process/log.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { registerSearchAttributes } from '../../src/temporal/namespace/search-attributes.ts';

const run = promisify(execFile);

/** The version whose dev server `npm start` brings, so that only the kind of server differs. */
const DEV_SERVER_VERSION = '1.29.1';
/** Frontends learn of a new namespace within ten seconds. */
const NAMESPACES_DEADLINE_MS = 60_000;
const RETENTION_SECONDS = 86_400;

export interface ShardedTemporalOptions {
  readonly dataDir: string;
  readonly shards: number;
  /** Of go.temporal.io/server. Defaults to the version of the dev server. */
  readonly version?: string | undefined;
  readonly namespaces: readonly string[];
  readonly progress: Progress;
  readonly onSpawn: (identity: ProcessIdentity) => void;
  readonly signal: AbortSignal;
}

/**
 * Temporal's server as clusters run it, all four services in one process, with so many history shards in a Postgres of its own. Built with
 * Go the first time, which takes some minutes. Its dynamic configuration is that of the dev server.
 */
export async function startShardedTemporal(
  options: ShardedTemporalOptions,
): Promise<Service & { readonly address: string }> {
  const { shards, namespaces, progress, onSpawn, signal } = options;
  const dataDir = join(options.dataDir, 'sharded-temporal');
  mkdirSync(join(dataDir, 'config'), { recursive: true });
  const version = options.version ?? DEV_SERVER_VERSION;
  const programs = join(homedir(), '.cache', 'sluice', `temporal-server-${version}`);
  const module = await obtainPrograms(version, programs, progress, signal);
  const started: Service[] = [];
  const stop = async () => {
    for (const service of started.splice(0).reverse()) await service.stop();
  };
  try {
    const postgres = await startLocalPostgres({ ...options, dataDir, port: await freePort() });
    started.push(postgres);
    const store = new URL(postgres.url);
    for (const [name, schema] of Object.entries(STORES)) {
      progress(`making Temporal's tables in ${name}`);
      await ensureDatabase(postgres.url, name);
      await makeTables(programs, store, name, join(module, 'schema/postgresql/v12', schema, 'versioned'));
    }
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    // JSON is YAML too.
    writeFileSync(
      join(dataDir, 'config', 'bench.yaml'),
      JSON.stringify(await serverConfig(store, port, shards, dataDir)),
    );
    writeFileSync(join(dataDir, 'dynamic.yaml'), JSON.stringify(dynamicConfig()));
    progress(`starting a Temporal server with ${shards} history shards on Postgres`);
    const temporal = await startService({
      name: 'Temporal',
      command: join(programs, 'server'),
      args: ['--root', dataDir, '--config', 'config', '--env', 'bench', 'start'],
      logFile: join(dataDir, 'temporal-server.log'),
      stopSignal: 'SIGTERM',
      ready: () => hasNamespaces(address, []),
      onSpawn,
      signal,
    });
    started.push(temporal);
    await makeNamespaces(address, namespaces, signal);
    for (const namespace of namespaces) await makeSearchAttributes(address, namespace);
    return { ...temporal, address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves with the folder of the module's source, which holds the tables' definitions. */
async function obtainPrograms(
  version: string,
  programs: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const module = 'go.temporal.io/server';
  if (!['server', 'sql'].every((program) => existsSync(join(programs, program)))) {
    progress(`building Temporal server ${version} with Go, once: two to four minutes on 2 cores`);
    const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `${module}/${path}@v${version}`);
    await goInstall({ packages, folder: programs, progress, signal });
  }
  const { stdout } = await run(requireGo(), ['mod', 'download', '-json', `${module}@v${version}`], {
    signal,
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** The names of the databases, each with the folder of its tables' definitions. */
const STORES = { temporal: 'temporal', temporal_visibility: 'visibility' } as const;

async function makeTables(programs: string, store: URL, database: string, schema: string): Promise<void> {
  const tool = (...args: string[]) =>
    run(
      join(programs, 'sql'),
      [
        '--plugin=postgres12',
        `--endpoint=${store.hostname}`,
        `--port=${store.port}`,
        `--user=${store.username}`,
        `--database=${database}`,
        ...args,
      ],
      { env: { ...process.env, SQL_PASSWORD: store.password } },
    );
  await tool('setup-schema', '--version', '0.0');
  await tool('update-schema', '--schema-dir', schema);
}

async function serverConfig(store: URL, port: number, shards: number, dataDir: string) {
  const sql = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: store.host,
      connectProtocol: 'tcp',
      user: store.username,
      password: store.password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  });
  const service = async (grpcPort?: number) => ({
    rpc: {
      grpcPort: grpcPort ?? (await freePort()),
      membershipPort: await freePort(),
      bindOnIP: '127.0.0.1',
    },
  });
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: shards,
      datastores: { default: sql('temporal', 20), visibility: sql('temporal_visibility', 4) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(port),
      matching: await service(),
      history: await service(),
      worker: await service(),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${port}`,
        },
      },
    },
    publicClient: { hostPort: `127.0.0.1:${port}` },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(dataDir, 'dynamic.yaml'), pollInterval: '10s' },
  };
}

const dynamicConfig = () =>
  Object.fromEntries(
    Object.entries(DYNAMIC_CONFIG).map(([key, value]) => [key, [{ value, constraints: {} }]]),
  );

async function makeNamespaces(
  address: string,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    for (const namespace of namespaces)
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
      });
  } finally {
    await connection.close();
  }
  if (!(await poll(() => hasNamespaces(address, namespaces), NAMESPACES_DEADLINE_MS, signal)))
    throw new Error(`Temporal did not take up its namespaces within ${NAMESPACES_DEADLINE_MS / 1000} s`);
}

async function makeSearchAttributes(address: string, namespace: string): Promise<void> {
  const client = await connectTemporalClient({ address, isAddressSet: true, namespace, access: {} });
  try {
    await registerSearchAttributes(client, createLog({ level: 'warn', process: 'worker' }));
  } finally {
    await client.connection.close();
  }
}

/** Asks something of each that only a frontend which knows the namespace answers. */
async function hasNamespaces(address: string, namespaces: readonly string[]): Promise<boolean> {
  return await temporalAnswers(address, async ({ workflowService }) => {
    await workflowService.getSystemInfo({});
    for (const namespace of namespaces) await workflowService.countWorkflowExecutions({ namespace });
  });
}
