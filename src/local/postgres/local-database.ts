import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_WORKSPACES } from '../../domain/keys/rights.ts';
import { openDatabase } from '../../db/connection/database.ts';
import { addGrant } from '../../db/grants/add-grant.ts';
import { ROLE_RIGHTS } from '../../db/grants/grant.ts';
import { ensureOwnedDatabase } from '../../db/server/ensure-owned-database.ts';
import { secretFrom } from '../processes/secret-file.ts';

/** The database of `npm start` and the role that owns it. */
const LOCAL_DATABASE = 'sluice';
const LOCAL_ROLE = 'sluice';

/** The file in the data folder that holds the role's password. */
const LOCAL_ROLE_PASSWORD_FILE = 'sluice-password';

/** The line of `postmaster.pid` that has the port, counted from 0. */
const PORT_LINE = 3;

/** Makes the database and its role in a running Postgres when they are missing; gives the URL of both. */
export async function ensureLocalDatabase(serverUrl: string, dataDir: string): Promise<string> {
  const password = secretFrom(join(dataDir, LOCAL_ROLE_PASSWORD_FILE));
  return await ensureOwnedDatabase(serverUrl, { name: LOCAL_DATABASE, role: LOCAL_ROLE, password });
}

/** Lets the role of a migrated database enqueue by SQL in all workspaces, so that psql can try it at once. */
export async function letLocalRoleEnqueue(url: string): Promise<void> {
  const database = openDatabase({
    url,
    poolSize: 1,
    applicationName: 'sluice-start',
    onError: () => {},
  });
  try {
    for (const right of ROLE_RIGHTS)
      await addGrant(
        database,
        { role: LOCAL_ROLE, workspaceId: ALL_WORKSPACES, right },
        { by: null, source: 'itself' },
      );
  } finally {
    await database.close();
  }
}

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
