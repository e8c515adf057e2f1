import type { Stall, WorkspaceStall } from '../../../domain/stall.ts';
import type { LastTaskFailure, StalledExecution, StalledWorkspace } from './stalls.schemas.ts';

/** Why an execution cannot make progress, and how its workflow task failed; each null when there is nothing to say. */
export function stallView(stall: Stall | undefined): {
  stalled: StalledExecution | null;
  lastTaskFailure: LastTaskFailure | null;
} {
  if (stall === undefined) return { stalled: null, lastTaskFailure: null };
  const { reason, message, taskFailure } = stall;
  const since = stall.since.toISOString();
  return { stalled: { reason, message, since }, lastTaskFailure: taskFailure && { ...taskFailure, since } };
}

export function workspaceStallView(stall: WorkspaceStall | undefined): StalledWorkspace | null {
  return stall === undefined ? null : { ...stall, since: stall.since.toISOString() };
}
