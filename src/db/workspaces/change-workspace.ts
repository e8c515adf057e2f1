import { eq, sql } from 'drizzle-orm';
import { type Tier, type TierConfigs, effectiveLimit } from '../../domain/tier.ts';
import type { Tx } from '../connection/database.ts';
import { limitChanges, type Workers, type WorkspaceRow, workspaces } from '../schema.ts';

/** What a caller decides about a workspace. */
export interface WorkspaceSettings {
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly workers: Workers;
}

/** A workspace after a write, and whether the write changed anything that its gate must hear of. */
export interface WorkspaceWrite {
  readonly workspace: WorkspaceRow;
  readonly change: 'created' | 'changed' | 'none';
}

/**
 * Gives a locked workspace its new settings; writes nothing when they are the old ones. A change of tier, override or limit is
 * recorded with it: the record is what the cap is judged by.
 */
export async function changeWorkspace(
  tx: Tx,
  locked: WorkspaceRow,
  settings: WorkspaceSettings,
  tiers: TierConfigs,
): Promise<WorkspaceWrite> {
  const { limit } = effectiveLimit(settings, tiers);
  const limitChanged =
    settings.tier !== locked.tier ||
    settings.limitOverride !== locked.limitOverride ||
    limit !== locked.limitInForce;
  if (!limitChanged && settings.workers === locked.workers) return { workspace: locked, change: 'none' };

  const [workspace] = await tx
    .update(workspaces)
    .set({ ...settings, limitInForce: limit, updatedAt: sql`clock_timestamp()` })
    .where(eq(workspaces.id, locked.id))
    .returning();
  if (limitChanged) await recordLimit(tx, locked.id, settings, limit);
  return { workspace: workspace!, change: 'changed' };
}

/** Adds to the record of limits what the API has just put in force. */
export async function recordLimit(
  tx: Tx,
  workspaceId: string,
  settings: WorkspaceSettings,
  limit: number,
): Promise<void> {
  const { tier, limitOverride } = settings;
  await tx.insert(limitChanges).values({ workspaceId, source: 'api', tier, limitOverride, limit });
}
