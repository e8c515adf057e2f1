import { join } from 'node:path';
import { readConfig } from '../../../src/config/config.ts';
import { migrateDatabase } from '../../../src/db/migrate-database.ts';
import { ensureDatabase } from '../../../src/db/server/ensure-database.ts';
import { freePort } from '../../../src/local/processes/ports.ts';
import { startLocalPostgres } from '../../../src/local/postgres/local-postgres.ts';
import type { ProcessIdentity } from '../../../src/local/processes/process-identity.ts';
import { startLocalTemporal } from '../../../src/local/temporal/temporal-server.ts';
import { type CodeTree, type GateVersion, copyCode } from './code-tree.ts';
import { startForeignWorker } from '../../foreign/start-foreign-worker.ts';
import { FOREIGN_WORKSPACES } from '../load/load.ts';
import { makeShop } from '../callers/shop.ts';
import { startCaller } from '../callers/start-caller.ts';
import {
  APIS,
  type Caller,
  CALLERS,
  type ForeignWorker,
  type OwnProcess,
  type Target,
  WORKERS,
} from '../faults/plan.ts';
import { startProcess } from '../../support/processes/start-process.ts';
import { type Supervised, supervise } from './supervised.ts';

export const NAMESPACE = 'chaos';

/** Short, so that a run sees many time out; long enough that few do so because of a fault. In seconds. */
export const LONGEST_EXECUTION = { pro: 15, enterprise: 25 } as const;

const TIER_SETTINGS = {
  TIER_PRO_MAX_DURATION_SECONDS: String(LONGEST_EXECUTION.pro),
  TIER_ENTERPRISE_MAX_DURATION_SECONDS: String(LONGEST_EXECUTION.enterprise),
};

/** What the rows of the tiers begin with. */
export const CHAOS_TIERS = readConfig(TIER_SETTINGS).tiers;

/** Short, so that what only a sweep heals is healed within the run. */
export const SWEEP_INTERVAL_SECONDS = 4;

/** The real thing as separate processes, each started again when it is gone. */
export interface Installation {
  readonly processes: Readonly<Record<Target, Supervised>>;
  readonly apiUrls: readonly string[];
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** By which callers connect. */
  readonly callersUrl: string;
  /** What callers wrote down of their transactions. */
  readonly callersLogs: readonly string[];
  /** Callers end what they have begun, and themselves. */
  stopCallers(): Promise<void>;
  stop(): Promise<void>;
}

export interface InstallationOptions {
  readonly dataDir: string;
  /** What the second worker runs. */
  readonly otherGate: GateVersion;
  /** The built Go worker; null where there is no Go. */
  readonly goWorker: string | null;
  readonly seed: number;
  /** Whether gates may start executions before Postgres hears of it. */
  readonly reservations: boolean;
  /** Transactions a second, of all callers together. */
  readonly callsPerSecond: number;
  /** What has to be there before callers begin. */
  prepare(apiUrl: string): Promise<void>;
  onSpawn(identity: ProcessIdentity): void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starts Postgres, Temporal, two APIs, two workers, the second with another version of the gate's code, two foreign workers and two callers. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { dataDir, say, signal } = options;
  const started: Supervised[] = [];
  const stop = async () => {
    for (const supervised of started.splice(0).reverse()) await supervised.stop();
  };
  const start = async (name: Target, launch: Parameters<typeof supervise>[0]['launch']) => {
    const supervised = supervise({ name, launch, onSpawn: options.onSpawn, say });
    started.push(supervised);
    return supervised;
  };
  try {
    const same = await copyCode(join(dataDir, 'code'), 'same');
    const changed = await copyCode(join(dataDir, 'code-changed'), options.otherGate);

    const postgresPort = await freePort();
    let serverUrl = '';
    const postgres = await start('postgres', async (onSpawn) => {
      const running = await startLocalPostgres({
        dataDir,
        port: postgresPort,
        onSpawn,
        progress: say,
        signal,
      });
      serverUrl = running.url;
      return running;
    });
    await postgres.firstReady;
    const databaseUrl = await ensureDatabase(serverUrl, 'sluice');
    await migrateDatabase(databaseUrl, CHAOS_TIERS, say);
    const callersUrl = await makeShop(databaseUrl);

    const [port, uiPort] = [await freePort(), await freePort()];
    const temporal = await start('temporal', (onSpawn) =>
      startLocalTemporal({ dataDir, port, uiPort, namespaces: [NAMESPACE], onSpawn, progress: say, signal }),
    );
    await temporal.firstReady;
    const temporalAddress = `127.0.0.1:${port}`;

    const ports = await freePorts([...APIS, ...WORKERS]);
    const environment = {
      databaseUrl,
      temporalAddress,
      uiUrl: `http://127.0.0.1:${uiPort}`,
      reservations: options.reservations,
    };
    const own = (name: OwnProcess, tree: CodeTree) =>
      start(name, (onSpawn) =>
        startOwnProcess({ name, tree, port: ports[name]!, dataDir, environment, onSpawn, signal }),
      );
    const foreign = (name: ForeignWorker, command: readonly [string, ...string[]]) =>
      start(name, (onSpawn) =>
        startForeignWorker({
          name,
          command,
          workspaceId: FOREIGN_WORKSPACES[name].id,
          temporalAddress,
          namespace: NAMESPACE,
          logFile: join(dataDir, `${name}.log`),
          onSpawn,
          signal,
        }),
      );
    const rawWorker = [
      process.execPath,
      join(same.folder, 'dist/test/chaos/processes/raw-worker-process.js'),
    ] as const;
    const caller = (name: Caller) =>
      start(name, nextCaller(name, { ...options, databaseUrl: callersUrl, folder: same.folder }));
    const others = {
      postgres,
      temporal,
      'worker-1': await own('worker-1', same),
      'worker-2': await own('worker-2', changed),
      'api-1': await own('api-1', same),
      'api-2': await own('api-2', same),
      'foreign-1': await foreign('foreign-1', rawWorker),
      'foreign-2': await foreign('foreign-2', options.goWorker === null ? rawWorker : [options.goWorker]),
    };
    await Promise.all(Object.values(others).map(({ firstReady }) => firstReady));
    const apiUrls = APIS.map((name) => `http://127.0.0.1:${ports[name]}`);
    await options.prepare(apiUrls[0]!);
    const callers = { 'caller-1': await caller('caller-1'), 'caller-2': await caller('caller-2') };
    await Promise.all(Object.values(callers).map(({ firstReady }) => firstReady));
    const processes = { ...others, ...callers };
    const callersLogs = CALLERS.map((name) => callersLog(dataDir, name));
    const stopCallers = async () => {
      await Promise.all(CALLERS.map((name) => processes[name].stop()));
    };
    return { processes, apiUrls, databaseUrl, temporalAddress, callersUrl, callersLogs, stopCallers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function callersLog(dataDir: string, name: Caller): string {
  return join(dataDir, `${name}.jsonl`);
}

/** Each start of a caller has a name and choices of its own, so that no two transactions of the run have one name. */
function nextCaller(
  name: Caller,
  {
    dataDir,
    seed,
    callsPerSecond,
    databaseUrl,
    folder,
    signal,
  }: InstallationOptions & { readonly databaseUrl: string; readonly folder: string },
): Parameters<typeof supervise>[0]['launch'] {
  let starts = 0;
  return (onSpawn) => {
    starts += 1;
    return startCaller({
      name: `${name}_${starts}`,
      seed: (seed * CALLERS.length + CALLERS.indexOf(name)) * 1_000 + starts,
      perSecond: callsPerSecond / CALLERS.length,
      file: join(folder, 'dist/test/chaos/callers/caller-process.js'),
      databaseUrl,
      logFile: join(dataDir, `${name}.log`),
      ownLogFile: callersLog(dataDir, name),
      onSpawn,
      signal,
    });
  };
}

async function freePorts(names: readonly string[]): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const name of names) {
    do ports[name] = await freePort();
    while (Object.entries(ports).some(([other, port]) => other !== name && port === ports[name]));
  }
  return ports;
}

interface OwnProcessOptions {
  readonly name: OwnProcess;
  readonly tree: CodeTree;
  readonly port: number;
  readonly dataDir: string;
  readonly environment: {
    readonly databaseUrl: string;
    readonly temporalAddress: string;
    readonly uiUrl: string;
    readonly reservations: boolean;
  };
  onSpawn(identity: ProcessIdentity): void;
  readonly signal: AbortSignal;
}

function startOwnProcess({ name, tree, port, dataDir, environment, onSpawn, signal }: OwnProcessOptions) {
  return startProcess({
    name,
    kind: name.startsWith('api') ? 'api' : 'worker',
    folder: tree.folder,
    port,
    settings: {
      AUTH: 'none',
      DATABASE_URL: environment.databaseUrl,
      TEMPORAL_ADDRESS: environment.temporalAddress,
      TEMPORAL_NAMESPACE: NAMESPACE,
      TEMPORAL_UI_URL: environment.uiUrl,
      WORKFLOWS_PATH: tree.workflowsPath,
      ACTIVITIES_PATH: tree.activitiesPath,
      ...TIER_SETTINGS,
      SWEEP_INTERVAL_SECONDS: String(SWEEP_INTERVAL_SECONDS),
      GATES_CONTINUE_AS_NEW_AFTER_EVENTS: '500',
      GATES_RESERVATIONS: String(environment.reservations),
      SHUTDOWN_GRACE_SECONDS: '3',
      LOG_LEVEL: 'info',
    },
    logFile: join(dataDir, `${name}.log`),
    onSpawn,
    signal,
  });
}
