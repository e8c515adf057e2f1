import { type TierConfigs, effectiveLimit } from '../domain/tier.ts';
import {
  changeWorkspace,
  recordLimit,
  type WorkspaceSettings,
  type WorkspaceWrite,
} from './change-workspace.ts';
import type { Database } from './client.ts';
import { lockWorkspace } from './lock-workspace.ts';
import { workspaces } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** Creates a workspace, or replaces all settings of one that exists. */
export async function putWorkspace(
  database: Database,
  workspaceId: string,
  settings: WorkspaceSettings,
  tiers: TierConfigs,
): Promise<WorkspaceWrite> {
  return await inTransaction(database, async (tx) => {
    const { limit } = effectiveLimit(settings, tiers);
    const [created] = await tx
      .insert(workspaces)
      .values({ id: workspaceId, ...settings, limitInForce: limit })
      .onConflictDoNothing()
      .returning();
    if (created === undefined)
      return await changeWorkspace(tx, await lockWorkspace(tx, workspaceId), settings, tiers);
    await recordLimit(tx, workspaceId, settings, limit);
    return { workspace: created, change: 'created' };
  });
}
