import type { WorkspaceWithTier } from '../../../db/tiers/tier-of-workspace.ts';
import { gateWorkflowId } from '../../../domain/names.ts';
import type { WorkspaceStall } from '../../../domain/stall.ts';
import { effectiveLimit } from '../../../domain/tier.ts';
import type { WebUi } from '../../../temporal/web-ui.ts';
import type { GateSnapshot } from '../../../workflows/gate/contract.ts';
import { workspaceStallView } from '../executions/stalls.view.ts';
import { pausedView } from '../workspaces/workspaces.view.ts';
import type { Gate } from './gate.schemas.ts';

/** A workspace's row, and its recorded stall. */
export interface RowWithStall extends WorkspaceWithTier {
  readonly stall: WorkspaceStall | undefined;
}

/** From the gate's own snapshot. Null for a gate that has not reconciled yet: it knows nothing then. */
export function snapshotView(row: RowWithStall, snapshot: GateSnapshot | null, webUi: WebUi): Gate | null {
  if (!snapshot || snapshot.tier === null || snapshot.limit === null || snapshot.limitSource === null)
    return null;
  const { tier, limit, limitSource, lastError } = snapshot;
  return {
    ...commonView(row, webUi),
    source: 'gate',
    lastError: lastError ?? snapshot.watchError ?? null,
    tier,
    limit,
    limitSource,
  };
}

/** From the stored rows; `lastError` says why the gate does not answer. */
export function storedView(row: RowWithStall, lastError: string | null, webUi: WebUi): Gate {
  return {
    ...commonView(row, webUi),
    source: 'postgres',
    lastError,
    tier: row.tier,
    ...effectiveLimit(row, row.tierConfig),
  };
}

function commonView(row: RowWithStall, webUi: WebUi) {
  const workflowId = gateWorkflowId(row.id);
  return {
    workspaceId: row.id,
    running: row.running,
    pending: row.pending,
    workflowId,
    stalled: workspaceStallView(row.stall),
    restoringSince: row.restoringSince?.toISOString() ?? null,
    paused: pausedView(row),
    gateRunId: row.gateRunId,
    lastAdmissionAt: row.lastAdmissionAt?.toISOString() ?? null,
    reconciledAt: row.reconciledAt?.toISOString() ?? null,
    webUrl: row.gateRunId === null ? null : webUi.gateDetails(workflowId, row.gateRunId),
  };
}
