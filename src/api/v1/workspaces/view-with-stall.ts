import type { WorkspaceRow } from '../../../db/schema.ts';
import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import type { RouteDeps } from '../../server/api.ts';
import type { Workspace } from './workspaces.schemas.ts';
import { workspaceView } from './workspaces.view.ts';

/** The workspace as the API shows it. */
export async function viewWithStall(
  { config, database }: Pick<RouteDeps, 'config' | 'database'>,
  row: WorkspaceRow,
): Promise<Workspace> {
  const stalls = await findWorkspaceStalls(database.db, [row.id]);
  return workspaceView(row, config.tiers, stalls.get(row.id));
}
