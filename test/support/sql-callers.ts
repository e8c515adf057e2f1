import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/db/connection/database.ts';
import { addGrant } from '../../src/db/grants/add-grant.ts';
import { ROLE_RIGHTS } from '../../src/db/grants/grant.ts';
import { onServer } from '../../src/db/server/on-server.ts';

/** What a caller enqueues by SQL. */
export interface SqlRequest {
  readonly workspaceId: string;
  readonly workflowType: string;
  /** JSON text. */
  readonly input?: string | null;
  readonly idempotencyKey?: string | null;
  readonly startAfter?: Date | null;
  readonly startBefore?: Date | null;
}

/** Enqueues in the caller's transaction, or in one of the statement's own. Returns the execution's id. */
export async function enqueueBySql(client: pg.ClientBase | pg.Pool, request: SqlRequest): Promise<string> {
  const { workspaceId, workflowType, input, idempotencyKey, startAfter, startBefore } = request;
  const { rows } = await client.query<{ id: string }>(
    `select sluice.enqueue($1, $2, $3::text, idempotency_key => $4, start_after => $5, start_before => $6) as id`,
    [
      workspaceId,
      workflowType,
      input ?? null,
      idempotencyKey ?? null,
      startAfter ?? null,
      startBefore ?? null,
    ],
  );
  return rows[0]!.id;
}

/** Gives a workspace a tier, in the caller's transaction or in one of the statement's own. */
export async function putWorkspaceBySql(
  client: pg.ClientBase | pg.Pool,
  workspaceId: string,
  tier: string,
): Promise<void> {
  await client.query('select sluice.put_workspace($1, $2)', [workspaceId, tier]);
}

/** Lets a role ask for everything by SQL, in all workspaces. */
export async function grantAll(databaseUrl: string, role = new URL(databaseUrl).username): Promise<void> {
  for (const right of ROLE_RIGHTS) await grant(databaseUrl, { role, workspaceId: '*', right });
}

async function grant(databaseUrl: string, given: Parameters<typeof addGrant>[1]): Promise<void> {
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  try {
    await addGrant(database, given, { by: null, source: 'command line' });
  } finally {
    await database.close();
  }
}

/** A role of the server, which may enqueue and nothing else. */
export interface CallerRole {
  readonly name: string;
  readonly password: string;
  drop(): Promise<void>;
}

/** Makes a role that may enqueue by SQL into one workspace of a database. */
export async function createCallerRole(databaseUrl: string, workspaceId: string): Promise<CallerRole> {
  const [name, password] = [`sluice_test_${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')];
  await onServer(databaseUrl, (client) => client.query(`create role ${name} login password '${password}'`));
  await grant(databaseUrl, { role: name, workspaceId, right: 'enqueue' });
  return {
    name,
    password,
    async drop() {
      await onServer(databaseUrl, (client) => client.query(`drop owned by ${name}; drop role ${name}`));
    },
  };
}
