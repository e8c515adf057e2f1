import type { Explained } from '../../../../db/explain/read-explained.ts';
import type { WorkspaceWithTier } from '../../../../db/tiers/tier-of-workspace.ts';
import { explain } from '../../../../domain/explain/explain.ts';
import type { ExplainFacts, Pause } from '../../../../domain/explain/explain-facts.ts';
import { workspaceQueue } from '../../../../domain/names.ts';
import type { Stall } from '../../../../domain/stall.ts';
import { isTerminal } from '../../../../domain/status.ts';
import { effectiveLimit } from '../../../../domain/tier.ts';
import { failureView } from '../executions.view.ts';
import { stallView } from '../stalls.view.ts';
import type { Explanation } from './explain.schemas.ts';

/** An answer stays small; `running` says how many there are. */
const SLOTS_SHOWN_MAX = 100;

/** What Temporal said of the task queues. */
export interface Polls {
  readonly workerPolls: boolean | null;
  readonly gatesPoll: boolean | null;
}

export function factsOf({ found, workspace, slots, stalls, now }: Explained, polls: Polls): ExplainFacts {
  const { execution, position } = found;
  return {
    now,
    execution: {
      status: execution.status,
      position: position?.position ?? null,
      positionIsUpperBound: position?.isUpperBound ?? false,
      createdAt: execution.createdAt,
      startAfter: execution.startAfter,
      startBefore: execution.startBefore,
      admittedAt: execution.admittedAt,
      startedAt: execution.startedAt,
      closedAt: execution.closedAt,
      cancelRequestedAt: execution.cancelRequestedAt,
      terminateRequestedAt: execution.terminateRequestedAt,
      failure: failureView(execution),
      stall: stalls.get(execution.id) ?? null,
    },
    workspace: {
      ...effectiveLimit(workspace, workspace.tierConfig),
      running: runningIn(workspace, slots),
      stalled: stalls.size,
      oldestSlotSince: slots[0]?.since ?? null,
      paused: pauseOf(workspace, now),
      deletingSince: workspace.deletingSince,
      restoringSince: workspace.restoringSince,
      taskQueue: workspaceQueue(workspace.id),
      ...polls,
      lastAdmissionAt: workspace.lastAdmissionAt,
      reconciledAt: workspace.reconciledAt,
    },
  };
}

/** The rows themselves, which admission counts too; beyond what was read, the counter. */
function runningIn({ running }: WorkspaceWithTier, slots: Explained['slots']): number {
  return slots.length < 1_000 ? slots.length : Math.max(running, slots.length);
}

/** A pause that is over by the clock may still stand in the row. */
function pauseOf(
  { pausedAt: since, pausedUntil: until, pauseReason: reason, pausedBy: by }: WorkspaceWithTier,
  now: Date,
): Pause | null {
  if (since === null || (until !== null && until <= now)) return null;
  return { since, until, reason, by };
}

export function explanationView(explained: Explained, facts: ExplainFacts): Explanation {
  const { found, workspace: row, slots, stalls } = explained;
  const { execution, workspace } = facts;
  const { limit, limitSource, running, paused, workerPolls, gatesPoll } = workspace;
  return {
    ...explain(facts),
    executionId: found.execution.id,
    workspaceId: row.id,
    status: execution.status,
    position: execution.position,
    positionIsUpperBound: execution.positionIsUpperBound,
    limit,
    limitSource,
    running,
    pending: row.pending,
    overBy: Math.max(0, running - limit),
    slots: isTerminal(execution.status)
      ? []
      : slots.slice(0, SLOTS_SHOWN_MAX).map((slot) => ({
          ...slot,
          since: slot.since.toISOString(),
          ...stalledOf(stalls.get(slot.executionId)),
        })),
    paused: paused && {
      ...paused,
      since: paused.since.toISOString(),
      until: paused.until?.toISOString() ?? null,
    },
    deletingSince: workspace.deletingSince?.toISOString() ?? null,
    restoringSince: workspace.restoringSince?.toISOString() ?? null,
    ...stalledOf(stalls.get(found.execution.id)),
    workerPolls,
    gatesPoll,
    lastAdmissionAt: workspace.lastAdmissionAt?.toISOString() ?? null,
    reconciledAt: workspace.reconciledAt?.toISOString() ?? null,
  };
}

function stalledOf(stall: Stall | undefined): Pick<Explanation, 'stalled'> {
  return { stalled: stallView(stall).stalled };
}
