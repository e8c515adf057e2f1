import type { Client } from '@temporalio/client';
import type { Worker, WorkflowBundleOption } from '@temporalio/worker';
import { createStartRecorder } from '../activities/gate/record-starts.ts';
import { createExternalApiActivities } from '../activities/external-api/external-api-activities.ts';
import { createAllowedHosts } from '../network/allowed-hosts.ts';
import type { Config } from '../config/config.ts';
import { checkDatabase } from '../db/connection/check-database.ts';
import type { Database } from '../db/connection/database.ts';
import { DatabaseReadOnlyError, requireWritable } from '../db/connection/require-writable.ts';
import { publishWorkflowTypes } from '../enqueue/known-workflow-types.ts';
import { readDeployment } from '../db/installation/deployment.ts';
import { NOT_FOUND_RULE, type NotFoundRule } from '../domain/not-found.ts';
import { DEFAULT_QUEUE, EXTERNAL_API_QUEUE } from '../domain/names.ts';
import type { Log } from '../process/log.ts';
import type { Running } from '../process/run-process.ts';
import { connectTemporalClient } from '../temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { NamespaceTakenError, refuseOtherNamespace } from '../temporal/namespace/installation.ts';
import { describeNamespace, refuseShortRetention } from '../temporal/namespace/namespace.ts';
import { createOwnerOfWorkflow } from '../temporal/runs/owner-of-workflow.ts';
import { registerSearchAttributes } from '../temporal/namespace/search-attributes.ts';
import { signalGate } from '../temporal/gates/signal-gate.ts';
import { openReconcileDatabase, openWorkerDatabase } from './worker-databases.ts';
import { createExternalApiWorker } from './roles/external-api-worker.ts';
import { gateWorkflowBundle } from './code/gate-bundle.ts';
import { createGatesWorker } from './roles/gates-worker.ts';
import { serveWorkerHealth } from './ops/health.ts';
import { joinNamespace } from './installation/join-namespace.ts';
import { type WorkerKind, createWorkerMetrics } from './ops/worker-metrics.ts';
import type { PollDrain } from './sdk/poll-drain.ts';
import { countPollers } from './count-pollers.ts';
import { type WorkspacePool, startPool } from './queues/pool.ts';
import { repeatEvery } from '../async/repeat.ts';
import { connectTemporalWorkers } from './sdk/native-connection.ts';
import { installTemporalRuntime } from './sdk/runtime.ts';
import { sharedThreadsWorkerFactory, stockWorkerFactory } from './sdk/shared-workflow-creator.ts';
import { startStallWatch } from './stalls/stall-watch.ts';
import { type SupervisedWorker, makeWorker, superviseWorker } from './sdk/supervised-worker.ts';
import { type Sweep, ensureSweepSchedule, startSweepScheduleKeeper } from './installation/sweep-schedule.ts';
import { loadUserActivities } from './code/user-activities.ts';
import { type UserWorkflows, loadUserWorkflows } from './code/user-workflows.ts';
import { createWorkspaceWorker } from './roles/workspace-worker.ts';
import { logRepeated } from '../process/repeated-failures.ts';

/** The API forgets a type that no worker has published for some time, so a rolling change of code is seen. */
const PUBLISH_TYPES_INTERVAL_MS = 60_000;

export interface WorkerOptions {
  /** The gates' code. Defaults to what the build made of src/workflows. */
  readonly gateBundle?: WorkflowBundleOption;
  /** When it is believed that Temporal no longer has a workflow. Defaults to NOT_FOUND_RULE. */
  readonly notFoundRule?: NotFoundRule;
}

export interface RunningWorker extends Running {
  /** Null when WORKER_HEALTH_PORT is 0. */
  readonly healthUrl: string | null;
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
  const parts = { drains: [] as (() => Promise<unknown>)[], closes: [] as (() => Promise<unknown>)[] };
  const stop = async () => {
    await Promise.all(parts.drains.splice(0).map((drain) => drain()));
    for (const close of parts.closes.splice(0).reverse()) await close();
  };
  try {
    const healthUrl = await startParts(config, log, temporal, options, {
      drain: (part) => parts.drains.push(part),
      close: (part) => parts.closes.push(part),
    });
    return { healthUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How what was started ends: first all that does work drains, at the same time; then what it used closes, the newest first. */
interface AtStop {
  drain(part: () => Promise<unknown>): void;
  close(part: () => Promise<unknown>): void;
}

async function startParts(
  config: Config,
  log: Log,
  temporal: TemporalSettings,
  options: WorkerOptions,
  atStop: AtStop,
): Promise<string | null> {
  const { roles } = config;
  installTemporalRuntime(log);
  const database =
    roles.has('gates') || roles.has('workspaces') ? await openDatabaseParts(config, log, atStop) : null;
  const client = await connectTemporalClient(temporal);
  atStop.close(() => client.connection.close());
  const facts = await describeNamespace(client);
  refuseShortRetention(facts);
  const deployment = database === null ? null : await joinNamespace(database.db, client, facts, log);
  const connection = await connectTemporalWorkers(temporal);
  atStop.close(() => connection.close());

  const workers: SupervisedWorker[] = [];
  const databases = database === null ? [] : [database];
  let pool: WorkspacePool | null = null;
  const metrics = createWorkerMetrics({
    pool: () => pool?.counts() ?? null,
    pollers: () => countPollers(config, { queues: pool?.counts().polled ?? 0 }),
    pollersBound: () => countPollers(config, { queues: pool?.counts().bound ?? 0 }),
  });
  const common = { connection, namespace: client.options.namespace, config };
  const run = async (kind: WorkerKind, queue: string, create: (polls: PollDrain) => Promise<Worker>) => {
    // Made once before it is supervised, so that a start that cannot work fails the process.
    const worker = superviseWorker(
      { queue, log, create, onFailure: () => metrics.workerFailed(kind) },
      await makeWorker(create),
    );
    workers.push(worker);
    atStop.drain(() => worker.stop());
  };

  const activities =
    roles.has('workspaces') || roles.has('external-api')
      ? await loadUserActivities(config.ACTIVITIES_PATH)
      : {};
  if (roles.has('workspaces')) {
    const workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, log, {
      unknownTypeSeconds: config.WORKSPACE_UNKNOWN_TYPE_SECONDS,
      failOnError: config.WORKFLOWS_FAIL_ON_ERROR,
    });
    const publishing = keepTypesPublished(database!, workflows, log);
    atStop.drain(() => publishing.stop());
    const factory = config.WORKSPACE_SHARED_THREADS ? sharedThreadsWorkerFactory() : stockWorkerFactory();
    atStop.close(() => factory.close());
    const started = startPool({
      config,
      log,
      client,
      db: database!.db,
      createWorker: (workspaceId, polls) =>
        createWorkspaceWorker(workspaceId, { ...common, factory, workflows, activities, polls }),
      onWorkerFailure: () => metrics.workerFailed('workspace'),
    });
    pool = started;
    atStop.drain(() => started.stop());
  }
  if (roles.has('external-api')) {
    const externalApi = createExternalApiActivities(config);
    atStop.close(() => externalApi.close());
    const ownerOf = createOwnerOfWorkflow(client);
    await run('external-api', EXTERNAL_API_QUEUE, (polls) =>
      createExternalApiWorker({
        ...common,
        activities: { ...activities, ...externalApi.activities },
        ownerOf,
        polls,
      }),
    );
  }
  if (roles.has('gates')) {
    const searchAttributes = await registerSearchAttributes(client, log);
    const reconcileDatabase = openReconcileDatabase(config, log);
    atStop.close(() => reconcileDatabase.close());
    databases.push(reconcileDatabase);
    const startRecorder = createStartRecorder({ client, database: database!, log });
    atStop.close(() => startRecorder.stop());
    const bundle = options.gateBundle ?? (await gateWorkflowBundle(log));
    const startPolling = (workspaceId: string) => pool?.startPolling(workspaceId);
    const { namespace } = client.options;
    const deps = {
      config,
      log,
      client,
      namespace,
      reconcileDatabase,
      database: database!,
      startPolling,
      searchAttributes,
      retentionSeconds: facts.retentionSeconds,
      deployment: deployment!.id,
      startRecorder,
      notFoundRule: options.notFoundRule ?? NOT_FOUND_RULE,
      requireInstallation: async () =>
        refuseOtherNamespace(await readDeployment(database!.db), await describeNamespace(client)),
    };
    const sweep = { intervalSeconds: config.SWEEP_INTERVAL_SECONDS, deployment: deployment!.id };
    await claimSweepSchedule(client, sweep, log);
    await run('gates', DEFAULT_QUEUE, (polls) =>
      createGatesWorker({ connection, config, bundle, deps, polls }),
    );
    const stallWatch = startStallWatch({
      config,
      log,
      client,
      database: database!,
      wakeGate: (workspaceId) => signalGate(client, workspaceId, 'wake', { deployment: deployment!.id }),
    });
    atStop.drain(() => stallWatch.stop());
    const keeper = startSweepScheduleKeeper(client, sweep, log);
    atStop.drain(() => keeper.stop());
  }

  const health = await startHealth(config, log, metrics.registry, databases, workers, atStop);
  log.info({ roles: [...roles], namespace: client.options.namespace, health }, 'worker started');
  return health;
}

/** Before the gates' Worker polls, so that of two installations that start at once only one works. */
async function claimSweepSchedule(client: Client, sweep: Sweep, log: Log): Promise<void> {
  try {
    await ensureSweepSchedule(client, sweep, log);
  } catch (error) {
    if (error instanceof NamespaceTakenError) throw error;
    log.warn({ error }, 'the sweep schedule could not be checked; it is tried again in a minute');
  }
}

async function openDatabaseParts(config: Config, log: Log, atStop: AtStop): Promise<Database> {
  const database = openWorkerDatabase(config, log);
  atStop.close(() => database.close());
  await checkDatabase(database, config.DATABASE_URL);
  return database;
}

function keepTypesPublished(database: Database, workflows: UserWorkflows, log: Log) {
  return repeatEvery(
    PUBLISH_TYPES_INTERVAL_MS,
    () => publishWorkflowTypes(database.db, workflows.types),
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'the known workflow types could not be published; it is tried again in a minute',
      ),
  );
}

async function startHealth(
  config: Config,
  log: Log,
  registry: Parameters<typeof serveWorkerHealth>[0]['registry'],
  databases: readonly Database[],
  workers: readonly SupervisedWorker[],
  atStop: AtStop,
): Promise<string | null> {
  if (config.WORKER_HEALTH_PORT === 0) return null;
  const problems = async () => {
    const found: string[] = [];
    if (workers.some((worker) => worker.status() === null))
      found.push('a Worker failed and is being made again');
    const answers = await Promise.allSettled(databases.map(requireWritable));
    const failures = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    found.push(...new Set(failures.map(problemOf)));
    return found;
  };
  const health = await serveWorkerHealth({
    host: config.HOST,
    port: config.WORKER_HEALTH_PORT,
    allowedHosts: createAllowedHosts(config),
    log,
    registry,
    problems,
  });
  atStop.close(() => health.stop());
  return health.url;
}

function problemOf(error: unknown): string {
  return error instanceof DatabaseReadOnlyError ? error.message : 'Postgres does not answer';
}
