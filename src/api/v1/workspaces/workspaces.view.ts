import type { WorkspaceRow } from '../../../db/schema.ts';
import type { WorkspaceWithTier } from '../../../db/tiers/tier-of-workspace.ts';
import { workspaceQueue } from '../../../domain/names.ts';
import type { WorkspaceStall } from '../../../domain/stall.ts';
import { effectiveLimit } from '../../../domain/tier.ts';
import { workspaceStallView } from '../executions/stalls.view.ts';
import type { Workspace } from './workspaces.schemas.ts';

/** `stall` is given for a workspace with executions that are stalled. */
export function workspaceView(row: WorkspaceWithTier, stall?: WorkspaceStall): Workspace {
  const { maxPending, maxDurationSeconds } = row.tierConfig;
  const effective = effectiveLimit(row, row.tierConfig);
  return {
    id: row.id,
    tier: row.tier,
    limitOverride: row.limitOverride,
    workers: row.workers,
    ...effective,
    maxPending,
    maxDurationSeconds,
    pending: row.pending,
    scheduled: row.scheduled,
    running: row.running,
    stalled: workspaceStallView(stall),
    restoringSince: row.restoringSince?.toISOString() ?? null,
    paused: pausedView(row),
    overBy: Math.max(0, row.running - effective.limit),
    deletingSince: row.deletingSince?.toISOString() ?? null,
    taskQueue: workspaceQueue(row.id),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A pause that has ended by the clock is none, whether or not a worker has recorded that. */
export function pausedView({
  pausedAt,
  pausedUntil,
  pauseReason,
  pausedBy,
}: WorkspaceRow): Workspace['paused'] {
  if (pausedAt === null || (pausedUntil !== null && pausedUntil.getTime() <= Date.now())) return null;
  return {
    since: pausedAt.toISOString(),
    until: pausedUntil?.toISOString() ?? null,
    reason: pauseReason ?? '',
    by: pausedBy,
  };
}
