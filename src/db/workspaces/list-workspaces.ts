import { asc, gt } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { workspaces } from '../schema.ts';
import { selectWithTier, type WorkspaceWithTier } from '../tiers/tier-of-workspace.ts';

/** At most `limit` workspaces in the order of their ids, from the one after `afterId` on. */
export async function listWorkspaces(
  db: Db,
  page: { afterId: string | null; limit: number },
): Promise<WorkspaceWithTier[]> {
  return await selectWithTier(db)
    .where(page.afterId === null ? undefined : gt(workspaces.id, page.afterId))
    .orderBy(asc(workspaces.id))
    .limit(page.limit);
}
