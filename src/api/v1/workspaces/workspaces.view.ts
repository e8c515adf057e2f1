import type { WorkspaceWithTier } from '../../../db/tiers/tier-of-workspace.ts';
import { workspaceQueue } from '../../../domain/names.ts';
import type { WorkspaceStall } from '../../../domain/stall.ts';
import { effectiveLimit } from '../../../domain/tier.ts';
import { workspaceStallView } from '../executions/stalls.view.ts';
import type { Workspace } from './workspaces.schemas.ts';

/** `stall` is given for a workspace with executions that are stalled. */
export function workspaceView(row: WorkspaceWithTier, stall?: WorkspaceStall): Workspace {
  const { maxPending, maxDurationSeconds } = row.tierConfig;
  return {
    id: row.id,
    tier: row.tier,
    limitOverride: row.limitOverride,
    workers: row.workers,
    ...effectiveLimit(row, row.tierConfig),
    maxPending,
    maxDurationSeconds,
    pending: row.pending,
    scheduled: row.scheduled,
    running: row.running,
    stalled: workspaceStallView(stall),
    restoringSince: row.restoringSince?.toISOString() ?? null,
    taskQueue: workspaceQueue(row.id),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
