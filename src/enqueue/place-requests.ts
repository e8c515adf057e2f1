import {
  IdempotencyKeyReusedError,
  InputTooLargeError,
  QueueBytesFullError,
  QueueFullError,
  WorkflowTypeUnknownError,
} from '../domain/refusals.ts';
import type { TierConfigs } from '../domain/tier.ts';
import { ANY_WORKFLOW_TYPE } from './known-workflow-types.ts';
import type { LockedWorkspace } from '../db/workspaces/lock-workspace.ts';

export interface EnqueueRequest {
  readonly workspaceId: string;
  readonly workflowType: string;
  /** JSON text exactly as sent; null when none was sent. */
  readonly input: string | null;
  readonly idempotencyKey: string | null;
}

/** What a new execution must meet; one that repeats a key need not. */
export interface AdmissionRules {
  readonly tiers: TierConfigs;
  readonly maxInputBytes: number;
  /** What the pool's workers know; null when they have not said. */
  readonly knownWorkflowTypes: ReadonlySet<string> | null;
}

export interface Asked {
  readonly request: EnqueueRequest;
  readonly rules: AdmissionRules;
}

/** What a key already stands for. */
export interface Standing {
  readonly executionId: string;
  readonly sameContent: boolean;
}

/** A place at the end of the queue, or the one that a request before has taken. */
export interface Place {
  readonly executionId: string;
  readonly request: EnqueueRequest;
  /** False for the second and further of one key in one group. */
  readonly isNew: boolean;
  readonly seq: number;
  /** 1 is next. */
  readonly position: number;
}

/**
 * Decides, in the order of the requests, who gets the next place in which queue, who repeats a key, and who is refused. Nobody's refusal
 * changes what the others get. By the request's index, as is `standing`, the keys that stood before; a request of a workspace that is
 * not among the locked gets nothing.
 */
export function lineUp(
  workspaces: ReadonlyMap<string, LockedWorkspace>,
  asked: readonly Asked[],
  standing: ReadonlyMap<number, Standing>,
  newId: () => string,
): Map<number, Place | Standing | Error> {
  const lines = new Map([...workspaces].map(([id, workspace]) => [id, new Line(workspace, newId)]));
  const decided = new Map<number, Place | Standing | Error>();
  for (const [index, one] of asked.entries()) {
    const line = lines.get(one.request.workspaceId);
    if (line) decided.set(index, line.decide(one, standing.get(index)));
  }
  return decided;
}

class Line {
  readonly #workspace: LockedWorkspace;
  readonly #newId: () => string;
  readonly #byKey = new Map<string, Place>();
  #taken = 0;
  #takenBytes = 0;

  constructor(workspace: LockedWorkspace, newId: () => string) {
    this.#workspace = workspace;
    this.#newId = newId;
  }

  decide({ request, rules }: Asked, stood: Standing | undefined): Place | Standing | Error {
    if (stood) return stood.sameContent ? stood : new IdempotencyKeyReusedError(stood.executionId);
    const first = request.idempotencyKey === null ? undefined : this.#byKey.get(request.idempotencyKey);
    if (first)
      return hasSameContent(first.request, request)
        ? { ...first, isNew: false }
        : new IdempotencyKeyReusedError(first.executionId);
    return (
      refuseLargeInput(request, rules) ??
      refuseUnknownType(this.#workspace, request, rules) ??
      refuseFullQueue(this.#workspace, this.#taken, rules) ??
      refuseHeavyQueue(this.#workspace, this.#takenBytes, request, rules) ??
      this.#append(request)
    );
  }

  #append(request: EnqueueRequest): Place {
    this.#taken += 1;
    this.#takenBytes += inputBytes(request);
    const place = {
      executionId: this.#newId(),
      request,
      isNew: true,
      seq: this.#workspace.lastSeq + this.#taken,
      position: this.#workspace.pending + this.#taken,
    };
    if (request.idempotencyKey !== null) this.#byKey.set(request.idempotencyKey, place);
    return place;
  }
}

function hasSameContent(one: EnqueueRequest, other: EnqueueRequest): boolean {
  return one.workflowType === other.workflowType && one.input === other.input;
}

/** As Postgres counts them too: an input has no lone surrogates. */
export function inputBytes({ input }: EnqueueRequest): number {
  return input === null ? 0 : Buffer.byteLength(input);
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

function refuseFullQueue(workspace: LockedWorkspace, taken: number, { tiers }: AdmissionRules): Error | null {
  const { maxPending } = tiers[workspace.tier];
  const pending = workspace.pending + taken;
  return pending >= maxPending ? new QueueFullError(maxPending, pending) : null;
}

function refuseHeavyQueue(
  workspace: LockedWorkspace,
  takenBytes: number,
  request: EnqueueRequest,
  { tiers }: AdmissionRules,
): Error | null {
  const { maxPendingBytes } = tiers[workspace.tier];
  const pendingBytes = workspace.pendingBytes + takenBytes;
  const bytes = inputBytes(request);
  return bytes > 0 && pendingBytes + bytes > maxPendingBytes
    ? new QueueBytesFullError(maxPendingBytes, pendingBytes, bytes)
    : null;
}
