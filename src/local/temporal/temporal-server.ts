import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../domain/names.ts';
import { keepHistoriesFor } from './namespace-retention.ts';
import type { ProcessIdentity } from '../processes/process-identity.ts';
import type { Progress } from '../terminal/progress.ts';
import { restartWhenStuck } from '../processes/restart-when-stuck.ts';
import { startService, type Service } from '../processes/service.ts';
import { isDatabaseStuck } from './stuck-database.ts';
import { namespacesAnswer } from './namespaces-answer.ts';
import { findTemporalBinary } from './temporal-binary.ts';

export interface LocalTemporal extends Service {
  readonly address: string;
  readonly uiUrl: string;
}

export interface LocalTemporalOptions {
  /** Absolute; holds the database and the log. */
  readonly dataDir: string;
  readonly port: number;
  readonly uiPort: number;
  /** Made when missing; there is a namespace `default` besides. */
  readonly namespaces: readonly string[];
  /** The server's dynamic configuration, by its own names; goes before what Sluice sets itself. */
  readonly dynamicConfig?: Readonly<Record<string, number>>;
  /** TEMPORAL_CLI_SHA256: the digest of the program's archive, where none is pinned. */
  readonly cliSha256?: string | null;
  onSpawn(identity: ProcessIdentity): void;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const RETENTION_DAYS = 30;

/** A start with one namespace takes two seconds, and one that makes 430 of them 25 s on two idle cores. */
const READY_WITHIN_MS = 60_000;
const READY_WITHIN_MS_A_NAMESPACE = 200;

/**
 * The dev server is slow by configuration, not by nature: it polls its one shard's queues 20 times a second, so that each hop waits
 * up to 50 ms. With these, a child after a child takes 28 ms instead of 200.
 */
export const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 1_000,
  // With many queues of one poller each, more partitions only cost.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Long polls at once per namespace and API method, which bounds the number of polled queues. The default is 1,200.
  'frontend.namespaceCount': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.rps': 40_000,
} as const;

const SEARCH_ATTRIBUTE_TYPES = [
  `${SEARCH_ATTRIBUTES.workspace}=Keyword`,
  `${SEARCH_ATTRIBUTES.tier}=Keyword`,
  `${SEARCH_ATTRIBUTES.limit}=Int`,
];

/** Whoever is stuck for some seconds stays so; a single query that was cut off is none of it. */
const STUCK_CHECK = { everyMs: 2_000, times: 3 };

/**
 * Starts a Temporal dev server with its Web UI on 127.0.0.1, its data in one SQLite file that survives a killed process. When its database is
 * stuck it is killed and started again: all that it has acknowledged is in the file.
 *
 * @throws LocalStartError
 */
export async function startLocalTemporal(options: LocalTemporalOptions): Promise<LocalTemporal> {
  const binary = await findTemporalBinary(options.progress, {
    signal: options.signal,
    sha256: options.cliSha256,
  });
  const address = `127.0.0.1:${options.port}`;
  const start = () =>
    startService({
      name: 'Temporal',
      command: binary,
      args: serverArgs(options),
      env: withoutTemporalSettings(process.env),
      logFile: join(options.dataDir, 'temporal.log'),
      stopSignal: 'SIGINT',
      ready: namespacesAnswer(address, options.namespaces),
      readyWithinMs: READY_WITHIN_MS + options.namespaces.length * READY_WITHIN_MS_A_NAMESPACE,
      onSpawn: options.onSpawn,
      progress: options.progress,
      signal: options.signal,
    });
  const service = await start();
  try {
    await keepHistoriesFor(address, options.namespaces, RETENTION_DAYS);
  } catch (error) {
    await service.stop();
    throw error;
  }
  const unstuck = restartWhenStuck(service, {
    ...STUCK_CHECK,
    isStuck: () => isDatabaseStuck(address, 'default'),
    start,
    onStuck: () =>
      options.progress(
        'the database of the Temporal dev server answers nothing any more, a defect of its SQLite driver; the server is started again, and nothing is lost',
      ),
    onFailed: (error) =>
      options.progress(`the Temporal dev server could not be started again: ${String(error)}`),
  });
  return Object.assign(unstuck, { address, uiUrl: `http://127.0.0.1:${options.uiPort}` });
}

/**
 * A flush at each commit takes a handoff 2.3 to 2.8 times as long. A write-ahead log that is flushed at checkpoints costs nothing in the
 * median, but slower commits cut more queries off, and with results of 2 MB its database was stuck in two whole test runs of two
 * (stuck-database.ts). docs/security.md says what a power cut may cost.
 */
const SQLITE_PRAGMAS = ['synchronous=OFF'];

function serverArgs({ dataDir, port, uiPort, namespaces, dynamicConfig }: LocalTemporalOptions): string[] {
  const flags = {
    ip: '127.0.0.1',
    port,
    'ui-port': uiPort,
    'db-filename': join(dataDir, 'temporal.db'),
    'log-level': 'error',
    'log-format': 'json',
  };
  return [
    'server',
    'start-dev',
    ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
    ...SQLITE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...Object.entries({ ...DYNAMIC_CONFIG, ...dynamicConfig }).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...SEARCH_ATTRIBUTE_TYPES.flatMap((attribute) => ['--search-attribute', attribute]),
    ...namespaces
      .filter((namespace) => namespace !== 'default')
      .flatMap((namespace) => ['--namespace', namespace]),
  ];
}

/** The CLI reads the same variables as a client does; here it is to be the server. */
function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
