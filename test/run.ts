import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { configSchema } from '../src/config/config.ts';
import { migrateDatabase } from '../src/db/migrate-database.ts';
import { onServer } from '../src/db/server/on-server.ts';
import { DEFAULT_TIER_CONFIGS } from '../src/domain/tier.ts';
import { SEARCH_ATTRIBUTES } from '../src/domain/names.ts';
import { freePort } from '../src/local/processes/ports.ts';
import { startLocalPostgres } from '../src/local/postgres/local-postgres.ts';
import type { PostgresBinaries } from '../src/local/postgres/postgres-binaries.ts';
import { isAbandoned, takeDataDir } from '../src/local/processes/run-file.ts';
import type { Service } from '../src/local/processes/service.ts';
import { startLocalTemporal } from '../src/local/temporal/temporal-server.ts';
import { GoMissingError, buildGoWorker } from './foreign/go-worker.ts';
import { TEMPLATE_DATABASE } from './support/database.ts';
import { databasesLeft, endProcessesLeft } from './support/processes/leftovers.ts';
import { type ShardedTemporalOptions, startShardedTemporal } from './support/sharded-temporal.ts';
import { namespaceOf } from './support/temporal.ts';

/** Two cores: more at once only makes tests wait for each other. */
const FILES_AT_ONCE = 2;

/** Far beyond the slowest file; a test that hangs is to fail, not to hang the run. Fuzzers that are told to run longer have longer, and so have large ones and alerts. */
const FILE_TIMEOUT_MINUTES = 5;
const LONG_FILE_TIMEOUT_MINUTES = 120;

const FOREIGN = `foreign${sep}`;
const LARGE = `large${sep}`;
const PROMETHEUS = `prometheus${sep}`;

/** The browser's tests need a browser, those of foreign workers Go, those of callers Go, Python and the Internet, those of dumps pg_dump, those of poolers PgBouncer, those of alerts Prometheus; large ones minutes and gigabytes; recorders write files. */
const ONLY_WHEN_NAMED = [
  `callers${sep}`,
  `browser${sep}`,
  `dump${sep}`,
  FOREIGN,
  LARGE,
  `pooler${sep}`,
  PROMETHEUS,
  join('replay', 'record-'),
  join('upgrade', 'record-database.test.js'),
];

const DATA_DIR_PREFIX = 'sluice-test-';
const TEST_ROOT = dirname(fileURLToPath(import.meta.url));

/**
 * Runs the test files named on the command line, or all but those for a browser and for Go, on one Postgres and one Temporal dev server of
 * the run's own. Ends with a line of the form `12 passed, 0 failed`.
 */
async function main(): Promise<Count> {
  const files = filesToRun(process.argv.slice(2));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort());

  await removeAbandonedRuns();
  const dataDir = mkdtempSync(join(tmpdir(), DATA_DIR_PREFIX));
  const runFile = await takeDataDir(dataDir, progress);
  const services: Service[] = [];
  try {
    const goWorker = files.some((file) => file.startsWith(join(TEST_ROOT, FOREIGN)))
      ? await buildGoWorker(dataDir, interrupted.signal, progress)
      : null;
    const options = { dataDir, onSpawn: runFile.add, progress, signal: interrupted.signal };
    const binaries = postgresBinaries();
    const port = await freePort();
    const postgres = await startLocalPostgres({ ...options, port, forgetful: true, binaries });
    services.unshift(postgres);
    await makeTemplate(postgres.url);
    const namespaces = files.map(namespaceOf);
    const temporal = await startTemporal({ ...options, namespaces });
    services.unshift(temporal);
    await requireSearchAttributes(temporal.address, namespaces);

    setTestEnvironment(dataDir, {
      SLUICE_TEST_POSTGRES_URL: postgres.url,
      SLUICE_TEST_UI_URL: temporal.uiUrl,
      TEMPORAL_ADDRESS: temporal.address,
      ...(goWorker && { SLUICE_TEST_GO_WORKER: goWorker }),
    });
    for (const service of services) endWith(service, interrupted);
    const count = await runFiles(files, interrupted.signal);
    const dead = services.filter(({ name }) => ended.has(name));
    for (const { name } of dead) console.log(`the run was broken off: ${name} had ended`);
    const leftovers = [
      ...(await databasesLeft(postgres.url)),
      ...(await endProcessesLeft(basename(dataDir))),
    ];
    for (const leftover of leftovers) console.log(`left behind by a test: ${leftover}`);
    return { ...count, failed: count.failed + leftovers.length + dead.length };
  } finally {
    isStopping = true;
    for (const service of services) await service.stop();
    runFile.release();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The names of servers that ended while tests needed them. */
const ended = new Set<string>();

/** Without its servers every test to come fails for the same reason, each after its time-outs. What the server said last is printed. */
function endWith({ name, ended: end, logFile }: Service, broken: AbortController): void {
  void end.then(() => {
    if (broken.signal.aborted || isStopping) return;
    ended.add(name);
    progress(`${name} has ended; its log ends:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`);
    broken.abort();
  });
}

let isStopping = false;

/** With SLUICE_TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin the programs in that folder; else the usual ones. */
function postgresBinaries(): PostgresBinaries | undefined {
  const folder = process.env['SLUICE_TEST_POSTGRES_BIN'];
  return folder ? { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') } : undefined;
}

/** The dev server; with SLUICE_TEST_TEMPORAL_SERVER=1.32.2 that version of the server as clusters run it, which has no Web UI. */
async function startTemporal(
  options: Omit<ShardedTemporalOptions, 'shards' | 'version'>,
): Promise<Service & { readonly address: string; readonly uiUrl: string }> {
  const version = process.env['SLUICE_TEST_TEMPORAL_SERVER'];
  if (version) {
    const temporal = await startShardedTemporal({ ...options, shards: 4, version });
    return { ...temporal, uiUrl: 'http://127.0.0.1:8233' };
  }
  return startLocalTemporal({ ...options, port: await freePort(), uiPort: await freePort() });
}

const progress = (line: string) => console.log(`[test run] ${line}`);

/** Names may be given as they are in the repository: `test/api/executions.test.ts`, or a folder. */
function filesToRun(names: readonly string[]): string[] {
  const all = testFilesIn(TEST_ROOT);
  if (names.length === 0)
    return all.filter((file) => !ONLY_WHEN_NAMED.some((path) => file.startsWith(join(TEST_ROOT, path))));
  return names.flatMap((name) => {
    const wanted = join(TEST_ROOT, relative(resolve('test'), resolve(name.replace(/^dist\//, ''))));
    const found = all.filter(
      (file) => file === wanted.replace(/\.ts$/, '.js') || file.startsWith(`${wanted}${sep}`),
    );
    if (found.length === 0) throw new Error(`there is no test file ${name}`);
    return found;
  });
}

function testFilesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(folder, name))
    .sort();
}

/** What test runs that were killed left behind: their servers, what their tests had started, and their folders. */
async function removeAbandonedRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const dataDir = join(tmpdir(), name);
    const found = statSync(dataDir, { throwIfNoEntry: false });
    const ours = found?.isDirectory() === true && found.uid === process.getuid?.();
    if (!name.startsWith(DATA_DIR_PREFIX) || !ours || !isAbandoned(dataDir)) continue;
    try {
      await takeDataDir(dataDir, progress);
      await endProcessesLeft(name);
      rmSync(dataDir, { recursive: true, force: true });
    } catch (error) {
      // Another run that starts at this moment may have been faster.
      progress(`could not clean up ${dataDir}: ${(error as Error).message}`);
    }
  }
}

async function makeTemplate(postgresUrl: string): Promise<void> {
  await onServer(postgresUrl, (client) => client.query(`create database ${TEMPLATE_DATABASE}`));
  const url = new URL(postgresUrl);
  url.pathname = `/${TEMPLATE_DATABASE}`;
  await migrateDatabase(url.toString(), DEFAULT_TIER_CONFIGS, progress);
}

async function requireSearchAttributes(address: string, namespaces: readonly string[]): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    for (const namespace of namespaces) {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in customAttributes));
      if (missing.length > 0)
        throw new Error(`the namespace ${namespace} has no search attribute ${missing.join(', ')}`);
    }
  } finally {
    await connection.close();
  }
}

/** Tests see the run's servers and no settings of the person who runs them. */
function setTestEnvironment(dataDir: string, own: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('TEMPORAL_') || (name in configSchema.properties && name !== 'LOG_LEVEL'))
      delete process.env[name];
  }
  const [config, scratch] = [join(dataDir, 'config'), join(dataDir, 'tmp')];
  for (const folder of [config, scratch]) mkdirSync(folder);
  Object.assign(process.env, own, {
    // Where @temporalio/envconfig looks for a profile.
    XDG_CONFIG_HOME: config,
    // What tests leave in temporary folders goes with the run's own.
    TMPDIR: scratch,
    SLUICE_TEST_RUN: basename(dataDir),
  });
}

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

async function runFiles(files: string[], signal: AbortSignal): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const areLong = [LARGE, PROMETHEUS].map((folder) => join(TEST_ROOT, folder));
  const isLong =
    process.env['FUZZ_RUNS'] || files.some((file) => areLong.some((folder) => file.startsWith(folder)));
  const timeout = (isLong ? LONG_FILE_TIMEOUT_MINUTES : FILE_TIMEOUT_MINUTES) * 60_000;
  const events = run({ files, concurrency: FILES_AT_ONCE, timeout, signal });
  events.on('test:pass', ({ skip, todo, details }) => {
    if ((details as { type?: string }).type === 'suite') return;
    if (skip !== undefined || todo !== undefined) count.skipped += 1;
    else count.passed += 1;
  });
  events.on('test:fail', ({ details }) => {
    if ((details as { type?: string }).type !== 'suite') count.failed += 1;
  });
  const report = events.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await once(report, 'end');
  return count;
}

const count = await main().catch((error: unknown): Count => {
  console.error(error instanceof GoMissingError ? error.message : error);
  return { passed: 0, failed: 1, skipped: 0 };
});
if (count.skipped > 0) console.log(`${count.skipped} skipped`);
console.log(`${count.passed} passed, ${count.failed} failed`);
// A run without a test proves nothing.
process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1);
