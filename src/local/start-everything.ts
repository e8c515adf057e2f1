import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLoopback } from '../api/boundary/public-bind.ts';
import { startApi } from '../api/server/start-api.ts';
import { readConfig, type Config } from '../config/config.ts';
import { migrateDatabase } from '../db/migrate-database.ts';
import { createLog, type Log } from '../process/log.ts';
import type { Running } from '../process/run-process.ts';
import { type TemporalSettings, readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { startWorker } from '../worker/start-worker.ts';
import { startEchoService } from './echo/echo-service.ts';
import { LocalStartError } from './local-start-error.ts';
import { requireTemporal, temporalIsElsewhere } from './temporal/external-temporal.ts';
import { keepServerLogsSmall } from './processes/growing-logs.ts';
import { ensureLocalDatabase, letLocalRoleEnqueue } from './postgres/local-database.ts';
import { freePort, requireFreePorts, thatOrFreePort, type WantedPort } from './processes/ports.ts';
import { startLocalPostgres } from './postgres/local-postgres.ts';
import type { Progress } from './terminal/progress.ts';
import { takeDataDir } from './processes/run-file.ts';
import { logToFileAndTerminal } from './terminal/start-log.ts';
import { StartedParts } from './processes/started-parts.ts';
import { startLocalTemporal } from './temporal/temporal-server.ts';

/** What runs, for the person who started it. */
export interface Everything extends Running {
  readonly apiUrl: string;
  readonly asksForKeys: boolean;
  /** Of the API and of the worker. */
  readonly metricsUrls: readonly string[];
  readonly echoUrl: string;
  readonly temporalUiUrl: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** What the worker serves, `*` when it takes any type. */
  readonly workflowTypes: readonly string[];
}

/**
 * Starts all of Sluice on this machine: Postgres and Temporal unless DATABASE_URL and TEMPORAL_ADDRESS name others, then an echo service to
 * call, the API and the worker in this process. Either all of it runs afterwards or, when it throws or is interrupted, none.
 *
 * @throws ConfigError, TemporalSettingsError, LocalStartError, DatabaseUnusableError, TemporalUnreachableError
 */
export async function startEverything(
  env: NodeJS.ProcessEnv,
  progress: Progress,
  interrupted: AbortSignal,
): Promise<Everything> {
  const asked = await withWorkerHealth(await withPort(withLocalAuth(readConfig(env), env)), env);
  const temporal = readTemporalSettings(env);
  const temporalIsOurs = !temporalIsElsewhere(temporal);
  const dataDir = resolve(asked.SLUICE_DATA_DIR);
  makeDataDir(dataDir);

  const started = new StartedParts(progress, asked.SHUTDOWN_GRACE_SECONDS);
  try {
    const runFile = await takeDataDir(dataDir, progress);
    started.onceStopped(() => runFile.release());
    started.add('the log rotation', keepServerLogsSmall(dataDir));
    await requireFreePorts(wantedPorts(asked, temporalIsOurs));
    // Servers that run elsewhere first: when one does not answer, nothing of ours has been started yet.
    if (asked.DATABASE_URL !== '') await migrateDatabase(asked.DATABASE_URL, asked.tiers, progress);
    if (!temporalIsOurs) await requireTemporal(temporal);

    const services = { dataDir, onSpawn: runFile.add, progress, signal: interrupted };
    const databaseUrl = asked.DATABASE_URL || (await startPostgres(asked, services, started));
    const address = temporalIsOurs
      ? await startTemporal(asked, temporal.namespace, services, started)
      : temporal.address;

    const config = configFor(asked, databaseUrl, temporalUiUrl(asked, env, temporalIsOurs));
    const logFile = join(dataDir, 'sluice.log');
    const destination = logToFileAndTerminal(logFile, config.LOG_LEVEL);
    const log = createLog({ level: config.LOG_LEVEL, process: 'sluice', destination });
    if (runFile.followsKilledRun) progress(AFTER_A_KILL);
    const echo = await startEchoService({ port: config.LOCAL_ECHO_PORT });
    started.add('the echo service', echo);
    const { apiUrl, metricsUrls, workflowTypes } = await startApiAndWorker(
      config,
      log,
      { ...temporal, address },
      { progress, interrupted },
      started,
    );
    return {
      apiUrl,
      asksForKeys: config.AUTH === 'keys',
      metricsUrls,
      echoUrl: echo.url,
      temporalUiUrl: config.TEMPORAL_UI_URL,
      dataDir,
      logFile,
      workflowTypes,
      ended: started.ended(),
      stop: () => started.stop(),
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** Nobody but this machine's users reaches loopback: they need no key unless AUTH asks for one. */
function withLocalAuth(config: Config, env: NodeJS.ProcessEnv): Config {
  const isAsked = (env['AUTH'] ?? '').trim() !== '';
  return isAsked || !isLoopback(config.HOST) ? config : Object.freeze({ ...config, AUTH: 'none' });
}

/** Port 0 means any: chosen here, because the worker has to know which port no execution may call. */
async function withPort(config: Config): Promise<Config> {
  return config.PORT === 0 ? Object.freeze({ ...config, PORT: await freePort() }) : config;
}

/** Where the examples for Prometheus look for it. */
const WORKER_HEALTH_PORT = 8081;

/**
 * A worker's health and metrics are served on loopback unless 0 asks for none, and beyond it when they are asked for: they ask nobody for a key. The port that is
 * not asked for may be any: it is printed.
 */
async function withWorkerHealth(config: Config, env: NodeJS.ProcessEnv): Promise<Config> {
  const isAsked = (env['WORKER_HEALTH_PORT'] ?? '').trim() !== '';
  return isAsked || !isLoopback(config.HOST)
    ? config
    : Object.freeze({
        ...config,
        WORKER_HEALTH_PORT: await thatOrFreePort(config.HOST, WORKER_HEALTH_PORT),
      });
}

/** With what was started in place of what was asked for. */
function configFor(asked: Config, databaseUrl: string, uiUrl: string): Config {
  return Object.freeze({
    ...asked,
    DATABASE_URL: databaseUrl,
    TEMPORAL_UI_URL: uiUrl,
    EXTERNAL_API_ALLOW: [asked.EXTERNAL_API_ALLOW, `127.0.0.1/32:${asked.LOCAL_ECHO_PORT}`].join(','),
  });
}

/** Temporal's own times: nobody tells it that a process was killed. */
const AFTER_A_KILL =
  'the run before was killed: what it had in hand goes on once Temporal has given up waiting for it, which takes up to 10 s for a gate ' +
  'or a workflow, and for an activity the time-out that its workflow gave it';

type ServiceSurroundings = Pick<
  Parameters<typeof startLocalPostgres>[0],
  'dataDir' | 'onSpawn' | 'progress' | 'signal'
>;

async function startPostgres(
  config: Config,
  services: ServiceSurroundings,
  started: StartedParts,
): Promise<string> {
  const postgres = await startLocalPostgres({ ...services, port: config.LOCAL_POSTGRES_PORT });
  started.addService(postgres);
  const url = await ensureLocalDatabase(postgres.url, services.dataDir);
  await migrateDatabase(url, config.tiers, services.progress);
  await letLocalRoleEnqueue(url);
  return url;
}

/** Returns its address. */
async function startTemporal(
  config: Config,
  namespace: string,
  services: ServiceSurroundings,
  started: StartedParts,
): Promise<string> {
  const server = await startLocalTemporal({
    ...services,
    port: config.LOCAL_TEMPORAL_PORT,
    uiPort: config.LOCAL_TEMPORAL_UI_PORT,
    namespaces: [namespace],
    cliSha256: config.TEMPORAL_CLI_SHA256.toLowerCase() || null,
  });
  started.addService(server);
  return server.address;
}

async function startApiAndWorker(
  config: Config,
  log: Log,
  temporal: TemporalSettings,
  { progress, interrupted }: { progress: Progress; interrupted: AbortSignal },
  started: StartedParts,
): Promise<Pick<Everything, 'apiUrl' | 'metricsUrls' | 'workflowTypes'>> {
  interrupted.throwIfAborted();
  progress('starting the worker, which bundles the workflows first: some 5 to 30 s');
  // The API's start says what there is to say of tiers; once is enough for one process.
  const worker = await startWorker(config, log, temporal, { warnsOfTiers: false });
  started.add('the worker', worker);
  interrupted.throwIfAborted();
  const api = await startApi(config, log, temporal);
  started.add('the API', api);
  const urls = worker.healthUrl === null ? [api.url] : [api.url, worker.healthUrl];
  return {
    apiUrl: api.url,
    metricsUrls: urls.map((url) => `${url}/metrics`),
    workflowTypes: worker.workflowTypes,
  };
}

function wantedPorts(config: Config, temporalIsOurs: boolean): WantedPort[] {
  const host = '127.0.0.1';
  return [
    { variable: 'PORT', purpose: 'the API', host: config.HOST, port: config.PORT },
    ...(config.WORKER_HEALTH_PORT === 0
      ? []
      : [
          {
            variable: 'WORKER_HEALTH_PORT',
            purpose: "the worker's health and metrics",
            host: config.HOST,
            port: config.WORKER_HEALTH_PORT,
          },
        ]),
    { variable: 'LOCAL_ECHO_PORT', purpose: 'the echo service', host, port: config.LOCAL_ECHO_PORT },
    ...(config.DATABASE_URL === ''
      ? [{ variable: 'LOCAL_POSTGRES_PORT', purpose: 'Postgres', host, port: config.LOCAL_POSTGRES_PORT }]
      : []),
    ...(temporalIsOurs
      ? [
          { variable: 'LOCAL_TEMPORAL_PORT', purpose: 'Temporal', host, port: config.LOCAL_TEMPORAL_PORT },
          {
            variable: 'LOCAL_TEMPORAL_UI_PORT',
            purpose: 'the Temporal Web UI',
            host,
            port: config.LOCAL_TEMPORAL_UI_PORT,
          },
        ]
      : []),
  ];
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    // It holds what users sent: for nobody else's eyes.
    chmodSync(dataDir, 0o700);
  } catch (cause) {
    throw new LocalStartError(
      `The data folder ${dataDir} cannot be used: ${(cause as Error).message}\n  Set SLUICE_DATA_DIR to a folder that you may write to.`,
      { cause },
    );
  }
}

function temporalUiUrl(config: Config, env: NodeJS.ProcessEnv, temporalIsOurs: boolean): string {
  return temporalIsOurs && !env['TEMPORAL_UI_URL']
    ? `http://127.0.0.1:${config.LOCAL_TEMPORAL_UI_PORT}`
    : config.TEMPORAL_UI_URL;
}
