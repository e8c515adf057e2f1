import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Due rows of one look, of each kind: their workspaces are what is asked for. */
const LOOK_ROWS = 1_000;

/**
 * Workspaces with executions that are to enter the queue by now, or that are in it past their `start_before`, the longest due first; at most as many as
 * have the oldest thousand such rows of each kind. Two indexes are read that hold scheduled rows, and pending rows with such a time, and no
 * others: with none due it costs next to nothing.
 */
export async function findDueWorkspaces(db: Db, options: { except: readonly string[] }): Promise<string[]> {
  const isOther = sql`workspace_id <> all(${sql.param([...options.except])}::text[])`;
  const { rows } = await db.execute<{ id: string }>(sql`
    select workspace_id as id from (
      (select workspace_id, start_after as due from executions
        where seq is null and start_after <= statement_timestamp() and ${isOther} order by start_after limit ${LOOK_ROWS})
      union all
      (select workspace_id, start_before from executions
        where status = 'pending' and start_before is not null and start_before <= statement_timestamp() and ${isOther}
        order by start_before limit ${LOOK_ROWS})) as oldest
    group by workspace_id order by min(due)`);
  return rows.map(({ id }) => id);
}
