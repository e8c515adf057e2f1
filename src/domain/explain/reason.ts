import type { TerminalStatus } from '../status.ts';
import type { ExplainedExecution, ExplainedWorkspace, ExplainFacts } from './explain-facts.ts';

/**
 * Why an execution is where it is, in the order in which it is asked. Of a pending one the first is told that would keep it waiting if all the
 * others were gone.
 */
export const REASONS = [
  'scheduled',
  'expiring',
  'deleting',
  'restoring',
  'paused',
  'gates-not-polled',
  'over-limit',
  'slots-taken',
  'about-to-start',
  'gate-late',
  'stalled',
  'no-worker',
  'ending',
  'running',
  'ended',
] as const;
export type Reason = (typeof REASONS)[number];

/** A free slot is filled within milliseconds of a wake, and a wake may be 5 s late (gate-waker.ts). */
const LATE_AFTER_MS = 10_000;

/** An execution, and why it is as it is. */
export type Reasoned =
  | { readonly status: 'scheduled'; readonly reason: 'scheduled' }
  | { readonly status: 'pending'; readonly reason: PendingReason }
  | { readonly status: 'running'; readonly reason: RunningReason }
  | { readonly status: TerminalStatus; readonly reason: 'ended' };

export type PendingReason =
  | 'expiring'
  | 'deleting'
  | 'ending'
  | 'restoring'
  | 'paused'
  | 'gates-not-polled'
  | 'over-limit'
  | 'slots-taken'
  | 'about-to-start'
  | 'gate-late';
export type RunningReason = 'stalled' | 'no-worker' | 'ending' | 'running';

export function reasonOf(facts: ExplainFacts): Reasoned {
  const { execution, workspace } = facts;
  const { status } = execution;
  switch (status) {
    case 'scheduled':
      return { status, reason: 'scheduled' };
    case 'pending':
      return { status, reason: pendingReason(facts) };
    case 'running':
      return { status, reason: runningReason(execution, workspace) };
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'terminated':
    case 'timed_out':
    case 'expired':
    case 'rejected':
      return { status, reason: 'ended' };
    default:
      throw new Error(`unknown status ${status satisfies never}`);
  }
}

function pendingReason({ now, execution, workspace }: ExplainFacts): PendingReason {
  const { limit, running } = workspace;
  if (execution.startBefore !== null && execution.startBefore <= now) return 'expiring';
  if (workspace.deletingSince !== null) return 'deleting';
  // Its gate may have started it, and is asked.
  if (isAskedToEnd(execution)) return workspace.gatesPoll === false ? 'gates-not-polled' : 'ending';
  if (workspace.restoringSince !== null) return 'restoring';
  if (workspace.paused !== null) return 'paused';
  if (workspace.gatesPoll === false) return 'gates-not-polled';
  if (running > limit) return 'over-limit';
  if (running === limit) return 'slots-taken';
  const since = Math.max(
    ...[execution.createdAt, execution.startAfter, workspace.lastAdmissionAt].map(
      (time) => time?.getTime() ?? 0,
    ),
  );
  return now.getTime() - since > LATE_AFTER_MS ? 'gate-late' : 'about-to-start';
}

function runningReason(execution: ExplainedExecution, workspace: ExplainedWorkspace): RunningReason {
  if (execution.stall !== null) return 'stalled';
  if (workspace.workerPolls === false) return 'no-worker';
  return isAskedToEnd(execution) ? 'ending' : 'running';
}

function isAskedToEnd({ cancelRequestedAt, terminateRequestedAt }: ExplainedExecution): boolean {
  return cancelRequestedAt !== null || terminateRequestedAt !== null;
}
