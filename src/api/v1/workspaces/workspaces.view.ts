import type { WorkspaceRow } from '../../../db/schema.ts';
import { workspaceQueue } from '../../../domain/names.ts';
import type { WorkspaceStall } from '../../../domain/stall.ts';
import { type TierConfigs, effectiveLimit } from '../../../domain/tier.ts';
import { workspaceStallView } from '../executions/stalls.view.ts';
import type { Workspace } from './workspaces.schemas.ts';

/** `stall` is given for a workspace with executions that are stalled. */
export function workspaceView(row: WorkspaceRow, tiers: TierConfigs, stall?: WorkspaceStall): Workspace {
  const { maxPending, maxDurationSeconds } = tiers[row.tier];
  return {
    id: row.id,
    tier: row.tier,
    limitOverride: row.limitOverride,
    workers: row.workers,
    ...effectiveLimit(row, tiers),
    maxPending,
    maxDurationSeconds,
    pending: row.pending,
    running: row.running,
    stalled: workspaceStallView(stall),
    taskQueue: workspaceQueue(row.id),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
