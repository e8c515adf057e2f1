import type { LockedWorkspace } from '../db/workspaces/lock-workspace.ts';
import { IdempotencyKeyReusedError, LeftOutOfBatchError } from '../domain/refusals.ts';
import type { RetentionClass } from '../domain/retention.ts';
import { isScheduled } from './start-times.ts';
import { type AdmissionRules, refusalOf } from './admission-rules.ts';
import type { Refused } from './enqueue-outcome.ts';
import { contentDigest } from './content-digest.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';

export interface Asked {
  readonly request: EnqueueRequest;
  readonly rules: AdmissionRules;
  /** The execution's id, where somebody has it already. */
  readonly id?: string;
  /** Of an item of a batch: the same object for all of them, which stand together in their order. */
  readonly batch?: Batch;
}

export interface Batch {
  readonly size: number;
  /** Whether all of it is placed or nothing. */
  readonly isAtomic: boolean;
}

/** What a key already stood for before the group. */
export interface Standing {
  readonly executionId: string;
  readonly sameContent: boolean;
}

/** A place at the end of a workspace's queue, or among what enters it later. */
export interface Place {
  readonly executionId: string;
  readonly request: EnqueueRequest;
  /** Null for one that enters the queue later, as its position. */
  readonly seq: number | null;
  /** 1 is next. */
  readonly position: number | null;
  /** The retention class of its payloads, as of now. */
  readonly payloadRetentionDays: RetentionClass;
}

export type Decision =
  | { readonly kind: 'placed'; readonly place: Place }
  /** Its key stands for a row, or for the place that a request before it has taken in the same group. */
  | { readonly kind: 'repeated'; readonly of: Standing | Place }
  | Refused;

/**
 * Decides, in the order of the requests, who gets the next place in which queue, who repeats a key, and who is refused. Nobody's refusal
 * changes what the others get, but in an atomic batch, of which nothing is placed then. By the request's index, as is `standing`, the keys that stood before; a request of a workspace that is
 * not among the locked gets nothing.
 */
export function placeRequests(
  workspaces: ReadonlyMap<string, LockedWorkspace>,
  asked: readonly Asked[],
  standing: ReadonlyMap<number, Standing>,
  newId: () => string,
): Map<number, Decision> {
  const ends = new Map([...workspaces].map(([id, workspace]) => [id, new QueueEnd(workspace, newId)]));
  const decisions = new Map<number, Decision>();
  for (let index = 0; index < asked.length;) {
    const { request, batch } = asked[index]!;
    const end = ends.get(request.workspaceId);
    const next = index + (batch?.isAtomic ? batch.size : 1);
    const asOne = asked.slice(index, next);
    const decided = end?.decideAsOne(asOne, (nth) => standing.get(index + nth)) ?? [];
    for (const [nth, decision] of decided.entries()) decisions.set(index + nth, decision);
    index = next;
  }
  return decisions;
}

/** The end of one workspace's queue while it is locked, with what the group has put there. */
class QueueEnd {
  readonly #workspace: LockedWorkspace;
  readonly #newId: () => string;
  readonly #byKey = new Map<string | null, Place>();
  readonly #taken = { executions: 0, queued: 0, bytes: 0 };

  constructor(workspace: LockedWorkspace, newId: () => string) {
    this.#workspace = workspace;
    this.#newId = newId;
  }

  /** One request, or all of an atomic batch: if one of several is refused, the others are left out. */
  decideAsOne(asked: readonly Asked[], standingOf: (nth: number) => Standing | undefined): Decision[] {
    const { executions, queued, bytes } = this.#taken;
    const decisions = asked.map((one, nth) => this.#decide(one, standingOf(nth)));
    if (decisions.length === 1 || decisions.every(({ kind }) => kind !== 'refused')) return decisions;
    Object.assign(this.#taken, { executions, queued, bytes });
    for (const decision of decisions)
      if (decision.kind === 'placed') this.#byKey.delete(decision.place.request.idempotencyKey);
    return decisions.map((decision) => (decision.kind === 'refused' ? decision : LEFT_OUT));
  }

  #decide({ request, rules, id }: Asked, stood: Standing | undefined): Decision {
    if (stood) return stood.sameContent ? { kind: 'repeated', of: stood } : keyReused(stood);
    const first = request.idempotencyKey === null ? undefined : this.#byKey.get(request.idempotencyKey);
    if (first)
      return hasSameContent(first.request, request) ? { kind: 'repeated', of: first } : keyReused(first);
    const error = refusalOf(request, this.#workspace, this.#taken, rules);
    return error === null ? { kind: 'placed', place: this.#append(request, id) } : { kind: 'refused', error };
  }

  #append(request: EnqueueRequest, id: string | undefined): Place {
    this.#taken.executions += 1;
    this.#taken.bytes += inputBytes(request);
    const entersLater = isScheduled(request, this.#workspace);
    if (!entersLater) this.#taken.queued += 1;
    const place = {
      executionId: id ?? this.#newId(),
      request,
      seq: entersLater ? null : this.#workspace.lastSeq + this.#taken.queued,
      position: entersLater ? null : this.#workspace.pending + this.#taken.queued,
      payloadRetentionDays: this.#workspace.payloadRetentionDays,
    };
    if (request.idempotencyKey !== null) this.#byKey.set(request.idempotencyKey, place);
    return place;
  }
}

const LEFT_OUT: Refused = { kind: 'refused', error: new LeftOutOfBatchError() };

function keyReused({ executionId }: Standing | Place): Refused {
  return { kind: 'refused', error: new IdempotencyKeyReusedError(executionId) };
}

function hasSameContent(one: EnqueueRequest, other: EnqueueRequest): boolean {
  return (
    one.workflowType === other.workflowType &&
    one.input === other.input &&
    // Most often both are null.
    (one.attributes === other.attributes || contentDigest(one) === contentDigest(other))
  );
}
