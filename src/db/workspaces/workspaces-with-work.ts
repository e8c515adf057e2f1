import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/**
 * One page, in the order of ids, of the `pool` workspaces that have rows in the queue or in a slot. It reads the partial index
 * of workspaces with work, so its cost grows with the active workspaces, not with all.
 */
export async function workspacesWithWork(db: Db, page: { after: string; limit: number }): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from workspaces
    where has_work and workers = 'pool' and id > ${page.after}
    order by id limit ${page.limit}`);
  return rows.map((row) => row.id);
}

/** Of the given workspaces, those whose queues the pool serves. Ids that do not exist are left out. */
export async function servedByPool(db: Db, workspaceIds: readonly string[]): Promise<string[]> {
  if (workspaceIds.length === 0) return [];
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from workspaces where id = any(${sql.param([...workspaceIds])}::text[]) and workers = 'pool'`);
  return rows.map((row) => row.id);
}
