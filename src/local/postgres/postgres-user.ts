import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalStartError } from '../local-start-error.ts';
import type { Progress } from '../terminal/progress.ts';

/** The user of the operating system that Postgres runs as; none when it may run as ours. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The system's user `postgres` when we are root, which Postgres refuses to be; made when missing. Undefined otherwise.
 *
 * @throws LocalStartError
 */
export function postgresUser(progress: Progress): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: '-u' | '-g') =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    progress('making the system user "postgres", because Postgres refuses to run as root');
  }
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      {
        stdio: 'pipe',
      },
    );
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
export function asUser(
  user: SystemUser | undefined,
  paths: readonly string[],
  command: string,
  args: readonly string[],
) {
  if (!user || paths.every((path) => canBeReachedByAll(path))) return { command, args, user };
  const setpriv = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    // Or access(2), by which Postgres looks for its own programs, would not count the right.
    '--securebits=+no_setuid_fixup',
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
