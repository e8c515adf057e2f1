import type { Database } from '../connection/database.ts';
import { inTransactionOn } from '../connection/on-client.ts';
import { onConnection } from '../connection/on-connection.ts';
import { BEGIN } from '../connection/pipelined-transaction.ts';
import type pg from 'pg';

/** Some milliseconds each, whatever their payloads weigh: these are deleted and not read. */
const BATCH_EXECUTIONS = 500;
const BATCH_EVENTS = 2_000;

/** `busy`: another process is at it. `more`: call it again. `done`: no row of an ended execution and no older event is left. */
export type RowsDeleted = 'busy' | 'more' | 'done';

/**
 * Deletes a batch of the events and of the ended executions of a workspace that is being deleted, with their payloads and aliases, and adds the executions to what
 * stays of it, its usage. It locks its deletion and not the workspace. Nothing waits for it but the deletion of the very same rows.
 */
export async function deleteRows(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
): Promise<RowsDeleted> {
  return await onConnection(database, (client) =>
    inTransactionOn(client, async () => {
      await client.query(SETTINGS);
      const { rows: mine } = await client.query<{ id: string }>(LOCK_DELETION, [workspaceId]);
      if (mine[0] === undefined) return 'busy';
      const events = await deleteEvents(client, workspaceId);
      const executions = await deleteExecutions(client, workspaceId, mine[0].id);
      return events === BATCH_EVENTS || executions === BATCH_EXECUTIONS ? 'more' : 'done';
    }),
  );
}

/** As for other statements that read by index alone. */
const SETTINGS = BEGIN.replace(/^begin; /, '');

const LOCK_DELETION = `
  select d.id from workspace_deletions d
  where d.workspace_id = $1 and d.finished_at is null
    and exists (select from workspaces w where w.id = $1 and w.deleting_since is not null)
    and not exists (select from executions e where e.workspace_id = $1)
  for update of d skip locked`;

async function deleteEvents(client: pg.PoolClient, workspaceId: string): Promise<number> {
  const { rows } = await client.query<{ last: string | null }>(
    `select max(number) as last from (
       select number from events where workspace_id = $1 order by number limit ${BATCH_EVENTS}) as oldest`,
    [workspaceId],
  );
  if (rows[0]!.last === null) return 0;
  const { rowCount } = await client.query('delete from events where workspace_id = $1 and number <= $2', [
    workspaceId,
    rows[0]!.last,
  ]);
  return rowCount ?? 0;
}

async function deleteExecutions(
  client: pg.PoolClient,
  workspaceId: string,
  deletionId: string,
): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `select id from ended_executions where workspace_id = $1 order by workspace_id, id limit ${BATCH_EXECUTIONS}`,
    [workspaceId],
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await client.query('delete from payloads where execution_id = any($1::uuid[])', [ids]);
  await client.query('delete from stalled_executions where execution_id = any($1::uuid[])', [ids]);
  await client.query('delete from execution_aliases where execution_id = any($1::uuid[])', [ids]);
  await client.query(DELETE_ENDED, [workspaceId, ids, deletionId]);
  return ids.length;
}

/** `slotSeconds`: how long they held a slot, all together. */
const DELETE_ENDED = `
  with gone as (
    delete from ended_executions where workspace_id = $1 and id = any($2::uuid[]) returning status, admitted_at, closed_at),
  counts as (
    select status::text as what, count(*)::numeric as n from gone group by status
    union all
    select 'slotSeconds', coalesce(round(sum(extract(epoch from closed_at - admitted_at)), 3), 0) from gone where admitted_at is not null)
  update workspace_deletions d
  set usage = d.usage || (
    select coalesce(jsonb_object_agg(what, n + coalesce((d.usage ->> what)::numeric, 0)), '{}') from counts)
  where d.id = $3`;
