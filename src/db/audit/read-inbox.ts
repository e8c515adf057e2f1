import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { LOWEST_ID } from '../executions/id-time.ts';
import { micros } from './micros.ts';

/** What a caller's transaction has asked for and nobody has sequenced yet. */
export interface AuditedInboxRow {
  readonly id: string;
  readonly workspaceId: string;
  /** When it was asked for; its commit may be any time later. Microseconds since 1970. */
  readonly at: number;
}

/** An id that a transaction was given for a key which stood for another execution by then. */
export interface AuditedAlias {
  readonly id: string;
  readonly executionId: string;
}

/** Rows read at once. */
const PAGE_ROWS = 10_000;

/** Executions asked for in a workspace, in the transaction of the client. */
export async function readInbox(client: pg.PoolClient, workspaceId: string): Promise<AuditedInboxRow[]> {
  return await readPages(
    client,
    `select id, workspace_id as "workspaceId", ${micros('at')} as at from inbox
     where workspace_id = $1 and id > $2 and kind = 'enqueue' order by workspace_id, id limit ${PAGE_ROWS}`,
    workspaceId,
    ({ id, at }) => ({ id, workspaceId, at: Number(at) }),
  );
}

export async function readAliases(client: pg.PoolClient, workspaceId: string): Promise<AuditedAlias[]> {
  return await readPages(
    client,
    `select id, execution_id as "executionId" from execution_aliases
     where workspace_id = $1 and id > $2 order by workspace_id, id limit ${PAGE_ROWS}`,
    workspaceId,
    ({ id, executionId }) => ({ id, executionId: executionId! }),
  );
}

type Row = { id: string } & Record<string, string>;

async function readPages<Read>(
  client: pg.PoolClient,
  statement: string,
  workspaceId: string,
  readOf: (row: Row) => Read,
): Promise<Read[]> {
  const read: Read[] = [];
  for (let after = LOWEST_ID; ;) {
    const { rows } = await client.query<Row>(statement, [workspaceId, after]);
    read.push(...rows.map(readOf));
    if (rows.length < PAGE_ROWS) return read;
    after = rows.at(-1)!.id;
  }
}

/** More of them say nothing new. */
const OLD_MAX_ROWS = 1_000;

/** What was asked for more than so many seconds ago and is still there, the oldest first. */
export async function findOldInboxRows(
  { pool }: Pick<Database, 'pool'>,
  olderThanSeconds: number,
): Promise<AuditedInboxRow[]> {
  const { rows } = await pool.query<{ id: string; workspaceId: string; at: string }>(
    `select id, workspace_id as "workspaceId", ${micros('at')} as at from inbox
     where at < clock_timestamp() - make_interval(secs => $1) order by at limit ${OLD_MAX_ROWS}`,
    [olderThanSeconds],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: Number(at) }));
}

/** Which of these are in the inbox. */
export async function findInboxIds(
  { pool }: Pick<Database, 'pool'>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>('select id from inbox where id = any($1::uuid[])', [ids]);
  return new Set(rows.map(({ id }) => id));
}
