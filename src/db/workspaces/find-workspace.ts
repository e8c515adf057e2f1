import { eq } from 'drizzle-orm';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Db } from '../connection/database.ts';
import { type WorkspaceRow, workspaces } from '../schema.ts';

/** @throws WorkspaceNotFoundError */
export async function findWorkspace(db: Db, workspaceId: string): Promise<WorkspaceRow> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId));
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return row;
}
