import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** More pauses than that do not end in one second; the others follow in the next look. */
const LOOK_ROWS = 1_000;

/** Workspaces whose pause has an end that has come, the longest due first. By an index that holds paused workspaces alone. */
export async function findDuePauses(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from workspaces
    where paused_at is not null and paused_until <= statement_timestamp() and deleting_since is null
    order by paused_until limit ${LOOK_ROWS}`);
  return rows.map(({ id }) => id);
}
