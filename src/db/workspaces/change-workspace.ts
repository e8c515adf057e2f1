import { eq, sql } from 'drizzle-orm';
import { type Tier, effectiveLimit } from '../../domain/tier.ts';
import type { Act, ChangedState } from '../../domain/change.ts';
import { type Acting, recordChange } from '../changes/record-change.ts';
import type { Tx } from '../connection/database.ts';
import { events, limitChanges, type Workers, type WorkspaceRow, workspaces } from '../schema.ts';
import { readTier } from '../tiers/read-tiers.ts';
import type { WorkspaceWithTier } from '../tiers/tier-of-workspace.ts';

/** What a caller decides about a workspace. */
export interface WorkspaceSettings {
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly workers: Workers;
}

/** A workspace after a write, and whether the write changed anything that its gate must hear of. */
export interface WorkspaceWrite {
  readonly workspace: WorkspaceWithTier;
  readonly change: 'created' | 'changed' | 'none';
}

/**
 * Gives a locked workspace its new settings; writes nothing when they are the old ones. A change of tier, override or limit is
 * recorded with it: the record is what the cap is judged by. So is a limit that only follows its tier's row.
 */
export async function changeWorkspace(
  tx: Tx,
  locked: WorkspaceRow,
  settings: WorkspaceSettings,
  acting: Acting,
): Promise<WorkspaceWrite> {
  const tierConfig = await readTier(tx, settings.tier);
  const { limit } = effectiveLimit(settings, tierConfig);
  const isAskedFor = settings.tier !== locked.tier || settings.limitOverride !== locked.limitOverride;
  const limitChanged = isAskedFor || limit !== locked.limitInForce;
  if (!limitChanged && settings.workers === locked.workers)
    return { workspace: { ...locked, tierConfig }, change: 'none' };

  const [workspace] = await tx
    .update(workspaces)
    .set({
      ...settings,
      limitInForce: limit,
      lastEvent: sql`${workspaces.lastEvent} + 1`,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(eq(workspaces.id, locked.id))
    .returning();
  await tx
    .insert(events)
    .values({ workspaceId: locked.id, number: workspace!.lastEvent, kind: 'workspace_changed' });
  if (limitChanged)
    await recordLimit(tx, locked.id, settings, {
      limit,
      ...(isAskedFor ? { source: 'api', by: acting.by } : { source: 'tier', by: null }),
    });
  await recordActs(tx, locked, { ...settings, limit }, acting);
  return { workspace: { ...workspace!, tierConfig }, change: 'changed' };
}

/** One act for each setting that was asked for: a limit that only follows its tier's row is nobody's act of now. */
async function recordActs(
  tx: Tx,
  { id, limitInForce, ...before }: WorkspaceRow,
  { limit, ...after }: WorkspaceSettings & { limit: number },
  acting: Acting,
): Promise<void> {
  const acts: [Act, ChangedState, ChangedState][] = [
    ['tier_changed', { tier: before.tier }, { tier: after.tier }],
    ['limit_changed', { limitOverride: before.limitOverride }, { limitOverride: after.limitOverride }],
    ['workers_changed', { workers: before.workers }, { workers: after.workers }],
  ];
  for (const [act, from, to] of acts) {
    if (JSON.stringify(from) === JSON.stringify(to)) continue;
    const limits = act === 'workers_changed' ? [{}, {}] : [{ limit: limitInForce }, { limit }];
    const change = { workspaceId: id, act, from: { ...from, ...limits[0] }, to: { ...to, ...limits[1] } };
    await recordChange(tx, acting, change);
  }
}

/** Adds a limit that the API has just put in force to the record: by a request, or because the tier's row says so. */
export async function recordLimit(
  tx: Tx,
  workspaceId: string,
  settings: WorkspaceSettings,
  { limit, source, by }: { limit: number; source: 'api' | 'tier'; by: string | null },
): Promise<void> {
  const { tier, limitOverride } = settings;
  await tx.insert(limitChanges).values({ workspaceId, source, tier, limitOverride, limit, changedBy: by });
}
