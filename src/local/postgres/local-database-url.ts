import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DATABASE, LOCAL_ROLE, LOCAL_ROLE_PASSWORD_FILE } from './owned-database.ts';

/** The line of `postmaster.pid` that has the port, counted from 0. */
const PORT_LINE = 3;

/** Where the Postgres of a running `npm start` is, from its data folder; null when none runs there. */
export function localDatabaseUrl(dataDir: string): string | null {
  const passwordFile = join(dataDir, LOCAL_ROLE_PASSWORD_FILE);
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  if (!existsSync(passwordFile) || !existsSync(lockFile)) return null;
  const port = Number(readFileSync(lockFile, 'utf8').split('\n')[PORT_LINE]);
  if (!(port > 0)) return null;
  const password = readFileSync(passwordFile, 'utf8').trim();
  return `postgres://${LOCAL_ROLE}:${password}@127.0.0.1:${port}/${LOCAL_DATABASE}`;
}
