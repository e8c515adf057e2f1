import { asc, gt } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { type WorkspaceRow, workspaces } from '../schema.ts';

/** At most `limit` workspaces in the order of their ids, from the one after `afterId` on. */
export async function listWorkspaces(
  db: Db,
  page: { afterId: string | null; limit: number },
): Promise<WorkspaceRow[]> {
  return await db
    .select()
    .from(workspaces)
    .where(page.afterId === null ? undefined : gt(workspaces.id, page.afterId))
    .orderBy(asc(workspaces.id))
    .limit(page.limit);
}
