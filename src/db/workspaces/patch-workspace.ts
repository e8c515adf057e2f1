import { changeWorkspace, type WorkspaceSettings, type WorkspaceWrite } from './change-workspace.ts';
import { type Acting, ANYBODY } from '../changes/record-change.ts';
import type { Database } from '../connection/database.ts';
import { lockLivingWorkspace } from './lock-workspace.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

/**
 * Changes the named settings of a workspace and keeps the others.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError
 */
export async function patchWorkspace(
  database: Database,
  workspaceId: string,
  patch: Partial<WorkspaceSettings>,
  acting: Acting = ANYBODY,
): Promise<WorkspaceWrite> {
  return await withPartitions(database, () =>
    inTransaction(database, async (tx) => {
      const locked = await lockLivingWorkspace(tx, workspaceId);
      const { tier, limitOverride, workers } = locked;
      return await changeWorkspace(tx, locked, { tier, limitOverride, workers, ...patch }, acting);
    }),
  );
}
