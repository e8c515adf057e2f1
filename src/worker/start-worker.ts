import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { warnOfTiers } from '../config/tiers.ts';
import { checkDatabase } from '../db/connection/check-database.ts';
import type { Database } from '../db/connection/database.ts';
import { createAllowedHosts } from '../network/allowed-hosts.ts';
import type { Log } from '../process/log.ts';
import type { Running } from '../process/run-process.ts';
import { connectTemporalClient } from '../temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../temporal/connection/temporal-settings.ts';
import {
  describeNamespace,
  type NamespaceFacts,
  refuseShortRetention,
} from '../temporal/namespace/namespace.ts';
import { loadUserActivities } from './code/user-activities.ts';
import { countPollers } from './count-pollers.ts';
import { joinNamespace } from './installation/join-namespace.ts';
import { serveWorkerHealth } from './ops/health.ts';
import { createWorkerMetrics } from './ops/worker-metrics.ts';
import { workerProblems } from './ops/worker-problems.ts';
import type { WorkspacePool } from './queues/pool.ts';
import { startExternalApiRole } from './roles/external-api-role.ts';
import { type GatesOptions, startGatesRole } from './roles/gates-role.ts';
import { startWorkspacesRole } from './roles/workspaces-role.ts';
import { sdkMetricsOfProcess } from './sdk-metrics/receiver.ts';
import { connectTemporalWorkers } from './sdk/native-connection.ts';
import { installTemporalRuntime } from './sdk/runtime.ts';
import { type AtStop, createStopOrder } from './stop-order.ts';
import { openWorkerDatabase } from './worker-databases.ts';
import type { StoredParts, WorkerParts } from './worker-parts.ts';

export interface WorkerOptions extends Omit<GatesOptions, 'startPolling'> {
  /** Left to the API where both run in one process. Defaults to true. */
  readonly warnsOfTiers?: boolean;
}

export interface RunningWorker extends Running {
  /** Null when WORKER_HEALTH_PORT is 0. */
  readonly healthUrl: string | null;
  /** What the role `workspaces` serves, `*` when it takes any type; none without that role. */
  readonly workflowTypes: readonly string[];
}

/**
 * Runs a worker process: the parts that WORKER_ROLES names, on one connection to Temporal.
 *
 * @throws an error whose message names the variable and the cure when Temporal, its namespace, Postgres or the user's code
 *   cannot be used, or when database and namespace do not belong together. Then nothing is left running.
 */
export async function startWorker(
  config: Config,
  log: Log,
  temporal: TemporalSettings,
  options: WorkerOptions = {},
): Promise<RunningWorker> {
  const stopOrder = createStopOrder();
  try {
    const facts = await startParts(config, log, temporal, options, stopOrder);
    return { ...facts, stop: stopOrder.stop };
  } catch (error) {
    await stopOrder.stop();
    throw error;
  }
}

async function startParts(
  config: Config,
  log: Log,
  temporal: TemporalSettings,
  options: WorkerOptions,
  atStop: AtStop,
): Promise<Omit<RunningWorker, 'stop'>> {
  const { roles } = config;
  const isMeasured = config.SDK_METRICS && config.WORKER_HEALTH_PORT !== 0;
  const sdkMetrics = isMeasured ? await sdkMetricsOfProcess(log) : undefined;
  installTemporalRuntime(log, sdkMetrics);
  const database =
    roles.has('gates') || roles.has('workspaces')
      ? await openCheckedDatabase(config, log, options, atStop)
      : null;
  const client = await connectTemporalClient(temporal);
  atStop.close(() => client.connection.close());
  const facts = await describeNamespace(client);
  refuseShortRetention(facts);
  const stored = database && (await join(database, client, facts, log));
  const connection = await connectTemporalWorkers(temporal);
  atStop.close(() => connection.close());

  let pool: WorkspacePool | null = null;
  let workflowTypes: readonly string[] = [];
  const metrics = createMetrics(config, () => pool);
  const parts: WorkerParts = { config, log, client, facts, connection, metrics, atStop, workers: [] };
  const databases = database === null ? [] : [database];
  const activities =
    roles.has('workspaces') || roles.has('external-api')
      ? await loadUserActivities(config.ACTIVITIES_PATH)
      : {};
  if (roles.has('workspaces'))
    ({ pool, workflowTypes } = await startWorkspacesRole(parts, stored!, activities));
  if (roles.has('external-api')) await startExternalApiRole(parts, activities);
  if (roles.has('gates')) {
    const startPolling = (workspaceId: string) => pool?.startPolling(workspaceId);
    databases.push(await startGatesRole(parts, stored!, { ...options, startPolling }));
  }
  const healthUrl = await startHealth(parts, databases, () => sdkMetrics?.text() ?? '');
  log.info({ roles: [...roles], namespace: client.options.namespace, health: healthUrl }, 'worker started');
  return { healthUrl, workflowTypes };
}

async function openCheckedDatabase(
  config: Config,
  log: Log,
  { warnsOfTiers = true }: WorkerOptions,
  atStop: AtStop,
): Promise<Database> {
  const database = openWorkerDatabase(config, log);
  atStop.close(() => database.close());
  const tiers = await checkDatabase(database, config.DATABASE_URL);
  if (warnsOfTiers) warnOfTiers(config, tiers, log);
  return database;
}

async function join(
  database: Database,
  client: Client,
  facts: NamespaceFacts,
  log: Log,
): Promise<StoredParts> {
  return { database, deployment: await joinNamespace(database.db, client, facts, log) };
}

function createMetrics(config: Config, pool: () => WorkspacePool | null) {
  const counts = {
    pool: () => pool()?.counts() ?? null,
    pollers: () => countPollers(config, { queues: pool()?.counts().polled ?? 0 }),
    pollersBound: () => countPollers(config, { queues: pool()?.counts().bound ?? 0 }),
  };
  return createWorkerMetrics(counts, { hasGates: config.roles.has('gates') });
}

/** Null when WORKER_HEALTH_PORT is 0. */
async function startHealth(
  parts: WorkerParts,
  databases: readonly Database[],
  sdkMetrics: () => string,
): Promise<string | null> {
  const { config, log, metrics, workers, atStop } = parts;
  if (config.WORKER_HEALTH_PORT === 0) return null;
  const health = await serveWorkerHealth({
    host: config.HOST,
    port: config.WORKER_HEALTH_PORT,
    allowedHosts: createAllowedHosts(config),
    log,
    registry: metrics.registry,
    sdkMetrics,
    problems: () => workerProblems(workers, databases),
  });
  atStop.close(() => health.stop());
  return health.url;
}
