import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { addGrant } from '../../src/db/grants/add-grant.ts';
import type { RoleRight } from '../../src/db/grants/grant.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { createTestDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/rows.ts';

const PASSWORD = 'a-password';

/** A role of a service, which is no role of Sluice's. */
export interface Role {
  readonly name: string;
  /** A session of its own, as a service opens one: without a search_path of ours. Closed in the end. */
  connect(): Promise<pg.Client>;
}

export interface Callers {
  readonly database: Database;
  readonly url: string;
  /** A role that logs in and has these grants. Its name begins with that and ends with something of its own, unless `named`. */
  role(
    name: string,
    grants?: readonly (readonly [workspace: string, right?: RoleRight])[],
    named?: boolean,
  ): Promise<Role>;
  /** By the superuser, in the schema of Sluice's. */
  asOwner(...statements: readonly string[]): Promise<void>;
  inbox(where?: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** A migrated database with the workspaces `acme` and `globex`, whose pool knows each workflow type, and roles of services, which are dropped with it. */
export async function openCallers(): Promise<Callers> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase({ url, poolSize: 4, applicationName: 'test', onError: () => {} });
  const roles: string[] = [];
  const clients: pg.Client[] = [];
  for (const id of ['acme', 'globex']) await insertWorkspace(database.pool, id);
  await database.pool.query(`insert into workflow_types values ('*', now())`);
  const asOwner = (...statements: readonly string[]) =>
    onServer(url, async (client) => {
      // A test that left a transaction open is to fail, and not to hang.
      await client.query(`set lock_timeout = '5s'`);
      for (const statement of statements) await client.query(statement);
    });
  return {
    database,
    url,
    asOwner,
    async role(begins, grants = [], named = false) {
      const name = named ? begins : `${begins}_${randomBytes(4).toString('hex')}`;
      await asOwner(`create role ${pg.escapeIdentifier(name)} login password '${PASSWORD}'`);
      roles.push(name);
      for (const [workspaceId, right = 'enqueue'] of grants)
        await addGrant(database, { role: name, workspaceId, right }, { by: null, source: 'command line' });
      return {
        name,
        async connect() {
          const way = Object.assign(new URL(url), { username: encodeURIComponent(name), password: PASSWORD });
          const client = new pg.Client({ connectionString: way.toString() });
          client.on('error', () => {});
          await client.connect();
          clients.push(client);
          return client;
        },
      };
    },
    async inbox(where = 'true') {
      return (await database.pool.query(`select * from inbox where ${where} order by id`)).rows;
    },
    async close() {
      await Promise.allSettled(clients.map((client) => client.end()));
      await database.close();
      await drop();
      await onServer(process.env['SLUICE_TEST_POSTGRES_URL']!, async (server) => {
        for (const name of roles) await server.query(`drop role ${pg.escapeIdentifier(name)}`);
      });
    },
  };
}

/** What `sluice.enqueue` gave. */
export async function enqueue(
  client: pg.Client,
  args: string,
  values: readonly unknown[] = [],
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(`select sluice.enqueue(${args}) as id`, [...values]);
  return rows[0]!.id;
}
