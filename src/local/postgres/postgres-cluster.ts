import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalStartError } from '../local-start-error.ts';
import { asUser, type SystemUser } from './postgres-user.ts';
import type { Progress } from '../terminal/progress.ts';
import { secretFrom } from '../processes/secret-file.ts';

/** Postgres's own folder, and the password of its superuser `postgres`. */
export interface PostgresCluster {
  readonly folder: string;
  readonly password: string;
}

/**
 * The cluster in a data folder, made when there is none yet.
 *
 * @throws LocalStartError
 */
export async function ensurePostgresCluster(
  dataDir: string,
  initdb: string,
  user: SystemUser | undefined,
  progress: Progress,
): Promise<PostgresCluster> {
  const folder = join(dataDir, 'postgres');
  const password = secretFrom(passwordFile(dataDir), user);
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    progress('making a Postgres cluster');
    await initialise(
      folder,
      user,
      asUser(user, [initdb, folder], initdb, initdbArgs(folder, passwordFile(dataDir))),
    );
  }
  return { folder, password };
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password');
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
      `A Postgres cluster could not be made in ${cluster}: ${reason(cause)}\n` +
        '  Set SLUICE_DATA_DIR to a folder on a local disk with room, or DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

/** What initdb said; an error of execFile would add the whole command line. */
function reason(cause: unknown): string {
  const { stderr, message } = cause as Error & { stderr?: string };
  return stderr?.trim() || message;
}
