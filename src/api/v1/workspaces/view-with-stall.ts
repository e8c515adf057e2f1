import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import type { WorkspaceWithTier } from '../../../db/tiers/tier-of-workspace.ts';
import type { RouteDeps } from '../../server/api.ts';
import type { Workspace } from './workspaces.schemas.ts';
import { workspaceView } from './workspaces.view.ts';

/** The workspace as the API shows it. */
export async function viewWithStall(
  { database }: Pick<RouteDeps, 'database'>,
  row: WorkspaceWithTier,
): Promise<Workspace> {
  const stalls = await findWorkspaceStalls(database.db, [row.id]);
  return workspaceView(row, stalls.get(row.id));
}
