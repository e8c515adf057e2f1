import { join } from 'node:path';
import pg from 'pg';
import { secretFrom } from '../processes/secret-file.ts';
import { onServer } from './on-server.ts';

/** The database of `npm start` and the role that owns it. */
export const LOCAL_DATABASE = 'sluice';
export const LOCAL_ROLE = 'sluice';

/** The file in the data folder that holds the role's password. */
export const LOCAL_ROLE_PASSWORD_FILE = 'sluice-password';

/**
 * Makes Sluice's role and database when they are missing, and gives the URL of both. The role owns its database and is nothing else, neither
 * superuser nor maker of roles or databases, and nobody else may connect to it. A database that an older version made as the superuser is
 * given to the role with all that is in it.
 */
export async function ensureOwnedDatabase(serverUrl: string, dataDir: string): Promise<string> {
  const password = secretFrom(join(dataDir, LOCAL_ROLE_PASSWORD_FILE));
  await onServer(serverUrl, async (client) => {
    await ensureRole(client, password);
    const { rows } = await client.query<{ owner: string }>(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
      [LOCAL_DATABASE],
    );
    if (rows.length === 0) await client.query(`create database ${LOCAL_DATABASE} owner ${LOCAL_ROLE}`);
    else if (rows[0]!.owner !== LOCAL_ROLE) await giveOwnership(client, serverUrl);
    await client.query(`revoke connect, temporary on database ${LOCAL_DATABASE} from public`);
  });
  return urlOf(serverUrl, { username: LOCAL_ROLE, password });
}

async function ensureRole(client: pg.Client, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [LOCAL_ROLE]);
  if (rowCount === 0) await client.query(`create role ${LOCAL_ROLE}`);
  await client.query(
    `alter role ${LOCAL_ROLE} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
     password ${pg.escapeLiteral(password)}`,
  );
}

/** The contents first: were it broken off, the database's owner would still say that it is not done. */
async function giveOwnership(client: pg.Client, serverUrl: string): Promise<void> {
  await onServer(urlOf(serverUrl, {}), (inside) => inside.query(GIVE_CONTENTS));
  await client.query(`alter database ${LOCAL_DATABASE} owner to ${LOCAL_ROLE}`);
}

/** Sequences of serial columns go with their tables. */
const GIVE_CONTENTS = `
  do $$
  declare statement text;
  begin
    for statement in
      select format('alter schema %I owner to ${LOCAL_ROLE}', nspname) from pg_namespace where nspname in ('drizzle', 'public')
      union all
      select format('alter table %s owner to ${LOCAL_ROLE}', c.oid::regclass) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('drizzle', 'public') and c.relkind in ('r', 'p')
      union all
      select format('alter type %s owner to ${LOCAL_ROLE}', t.oid::regtype) from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where n.nspname in ('drizzle', 'public') and t.typtype = 'e'
    loop execute statement; end loop;
  end $$`;

function urlOf(serverUrl: string, credentials: { username?: string; password?: string }): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${LOCAL_DATABASE}`, ...credentials }).toString();
}
