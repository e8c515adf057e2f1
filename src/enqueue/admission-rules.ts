import type { LockedWorkspace } from '../db/workspaces/lock-workspace.ts';
import {
  InputTooLargeError,
  InvalidAttributeError,
  NoFreeSlotError,
  QueueBytesFullError,
  QueueFullError,
  WorkflowTypeUnknownError,
  WorkspaceDeletingError,
} from '../domain/refusals.ts';
import { effectiveLimit } from '../domain/tier.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';
import { ANY_WORKFLOW_TYPE } from './known-workflow-types.ts';
import { refuseTimes } from './start-times.ts';

/** What a new execution must meet, beside what its workspace's tier allows; one that repeats a key need not. */
export interface AdmissionRules {
  readonly maxInputBytes: number;
  /** What the pool's workers know; null when they have not said. */
  readonly knownWorkflowTypes: ReadonlySet<string> | null;
}

/** What requests of the same group have taken of a queue before this one. */
export interface Taken {
  readonly executions: number;
  /** Those among them that are not scheduled. */
  readonly queued: number;
  readonly bytes: number;
}

/** Why a new execution may not be enqueued there; null when it may. */
export function refusalOf(
  request: EnqueueRequest,
  workspace: LockedWorkspace,
  taken: Taken,
  rules: AdmissionRules,
): Error | null {
  return (
    refuseDeleting(workspace) ??
    refuseLargeInput(request, rules) ??
    refuseUnknownType(workspace, request, rules) ??
    refuseTimes(request, workspace) ??
    refuseLongTimeout(request, workspace) ??
    refuseBusy(workspace, taken, request) ??
    refuseFullQueue(workspace, taken) ??
    refuseHeavyQueue(workspace, taken, request)
  );
}

function refuseLargeInput(request: EnqueueRequest, { maxInputBytes }: AdmissionRules): Error | null {
  const bytes = inputBytes(request);
  return bytes > maxInputBytes ? new InputTooLargeError(bytes, maxInputBytes) : null;
}

function refuseUnknownType(
  { workers }: LockedWorkspace,
  { workflowType }: EnqueueRequest,
  { knownWorkflowTypes: known }: AdmissionRules,
): Error | null {
  if (workers === 'external' || known === null) return null;
  if (known.has(workflowType) || known.has(ANY_WORKFLOW_TYPE)) return null;
  return new WorkflowTypeUnknownError(workflowType, [...known].sort());
}

/** The executions ahead in the queue have their slots first, also when their gate has yet to claim them. */
function refuseBusy(workspace: LockedWorkspace, taken: Taken, { ifBusy }: EnqueueRequest): Error | null {
  if (ifBusy === 'queue') return null;
  const { running } = workspace;
  const ahead = workspace.pending + taken.queued;
  const limit = limitOf(workspace);
  const stands = workspace.restoringSince !== null ? 'restoring' : workspace.isPaused ? 'paused' : null;
  if (running + ahead < limit && stands === null) return null;
  return new NoFreeSlotError({ limit, running, pending: ahead, stands });
}

function refuseDeleting({ id, deletingSince }: LockedWorkspace): Error | null {
  return deletingSince === null ? null : new WorkspaceDeletingError(id, deletingSince);
}

/** Not the limit in force: the next reconcile admits by this one. */
export function limitOf(workspace: LockedWorkspace): number {
  return effectiveLimit(workspace, workspace.tierConfig).limit;
}

function refuseLongTimeout(
  { attributes }: EnqueueRequest,
  { tierConfig: { maxDurationSeconds } }: LockedWorkspace,
): Error | null {
  const { executionTimeout = 0 } = attributes ?? {};
  return executionTimeout > maxDurationSeconds
    ? new InvalidAttributeError(
        'executionTimeout',
        `must be at most ${maxDurationSeconds}, which is how long the workspace's tier lets one execution run`,
      )
    : null;
}

/** Scheduled ones count too: what was accepted for later is never refused later. */
function refuseFullQueue(workspace: LockedWorkspace, taken: Taken): Error | null {
  const { maxPending } = workspace.tierConfig;
  const pending = workspace.pending + workspace.scheduled + taken.executions;
  return pending >= maxPending ? new QueueFullError(maxPending, pending) : null;
}

function refuseHeavyQueue(workspace: LockedWorkspace, taken: Taken, request: EnqueueRequest): Error | null {
  const { maxPendingBytes } = workspace.tierConfig;
  const pendingBytes = workspace.pendingBytes + workspace.scheduledBytes + taken.bytes;
  const bytes = inputBytes(request);
  return bytes > 0 && pendingBytes + bytes > maxPendingBytes
    ? new QueueBytesFullError(maxPendingBytes, pendingBytes, bytes)
    : null;
}
