import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Whether a workspace of that id was deleted whole; one that never was, or that a restored database does not know, was not. */
export async function wasDeleted(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } = await db.execute<{ was: boolean }>(sql`
    select exists (select from workspace_deletions where workspace_id = ${workspaceId} and finished_at is not null) as was`);
  return rows[0]!.was;
}
