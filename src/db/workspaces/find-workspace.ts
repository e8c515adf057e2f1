import { eq } from 'drizzle-orm';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Db } from '../connection/database.ts';
import { workspaces } from '../schema.ts';
import { selectWithTier, type WorkspaceWithTier } from '../tiers/tier-of-workspace.ts';

/** @throws WorkspaceNotFoundError */
export async function findWorkspace(db: Db, workspaceId: string): Promise<WorkspaceWithTier> {
  const [row] = await selectWithTier(db).where(eq(workspaces.id, workspaceId));
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return row;
}
