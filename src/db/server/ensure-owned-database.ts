import pg from 'pg';
import { onServer } from './on-server.ts';

/** A database and the one role that may connect to it. */
export interface OwnedDatabase {
  /** Plain identifiers: they stand in SQL as they are. */
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

/**
 * Makes the role and its database when they are missing, and gives the URL of both. The role owns its database and is nothing else, neither
 * superuser nor maker of roles or databases, and nobody else may connect to it. A database that an older version made as the superuser is
 * given to the role with all that is in it.
 */
export async function ensureOwnedDatabase(serverUrl: string, owned: OwnedDatabase): Promise<string> {
  const { name, role, password } = owned;
  await onServer(serverUrl, async (client) => {
    await ensureRole(client, owned);
    const { rows } = await client.query<{ owner: string }>(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
      [name],
    );
    if (rows.length === 0) await client.query(`create database ${name} owner ${role}`);
    else if (rows[0]!.owner !== role) await giveOwnership(client, serverUrl, owned);
    await client.query(`revoke connect, temporary on database ${name} from public`);
    // Else a role that is named as Sluice's schema would make its own tables in there.
    await client.query(`alter role ${role} in database ${name} set search_path = public`);
  });
  return urlOf(serverUrl, name, { username: role, password });
}

async function ensureRole(client: pg.Client, { role, password }: OwnedDatabase): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${role}`);
  await client.query(
    `alter role ${role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
     password ${pg.escapeLiteral(password)}`,
  );
}

/** The contents first: were it broken off, the database's owner would still say that it is not done. */
async function giveOwnership(
  client: pg.Client,
  serverUrl: string,
  { name, role }: OwnedDatabase,
): Promise<void> {
  await onServer(urlOf(serverUrl, name, {}), (inside) => inside.query(givingContentsTo(role)));
  await client.query(`alter database ${name} owner to ${role}`);
}

/** Sequences of serial columns go with their tables. */
function givingContentsTo(role: string): string {
  return `
  do $$
  declare statement text;
  begin
    for statement in
      select format('alter schema %I owner to ${role}', nspname) from pg_namespace where nspname in ('drizzle', 'public', 'sluice')
      union all
      select format('alter table %s owner to ${role}', c.oid::regclass) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('drizzle', 'public', 'sluice') and c.relkind in ('r', 'p')
      union all
      select format('alter function %s owner to ${role}', p.oid::regprocedure) from pg_proc p where p.pronamespace = to_regnamespace('sluice')
      union all
      select format('alter type %s owner to ${role}', t.oid::regtype) from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where n.nspname in ('drizzle', 'public', 'sluice') and t.typtype = 'e'
    loop execute statement; end loop;
  end $$`;
}

function urlOf(
  serverUrl: string,
  name: string,
  credentials: { username?: string; password?: string },
): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${name}`, ...credentials }).toString();
}
