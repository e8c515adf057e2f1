import type { ClosedExecution, Replacement } from '../../workflows/gate/contract.ts';
import type { Reconciled } from '../../db/reconcile/reconcile-workspace.ts';

type Reconcile = Partial<Pick<Reconciled, 'replaced'>> &
  Pick<Reconciled, 'ended' | 'claims' | 'claimedAtMs' | 'startsHeldBack' | 'limit' | 'running' | 'pending'>;

/** Slots are kept for as many workspaces at most, and for so long: a gate that is held back goes on within a second or so. */
const WORKSPACES_MAX = 1_000;
const KEPT_MAX_MS = 60_000;

/**
 * Times handoffs: a slot falls free while an execution is in the queue, and an execution is admitted to it. The slot that has been free for longest goes
 * to the first in the queue. One that came after the slot was free took a free slot, and waited for nothing.
 *
 * An answer to the gate may leave slots for the next one, so they are kept here until then, by workspace. Another process knows nothing of them, and
 * leaves these few handoffs out.
 */
export class Handoffs {
  readonly #kept = new Map<string, { readonly freedMs: readonly number[]; readonly atMs: number }>();

  /** The handoffs of one reconcile, in seconds. Its own reports are given as the gate sent them. What the gate has replaced by itself comes first. */
  of(
    workspaceId: string,
    closed: readonly ClosedExecution[],
    reconcile: Reconcile,
    nowMs = Date.now(),
    replacements: readonly Replacement[] = [],
  ): number[] {
    const freed = [...this.#take(workspaceId, nowMs), ...freedBy(closed, reconcile)].sort((a, b) => a - b);
    const taken = new Set(reconcile.replaced?.map(({ executionId }) => executionId));
    const replaced = replacements
      .filter(({ executionId }) => taken.has(executionId))
      .flatMap(({ at }) => {
        const freedMs = freed.shift();
        return freedMs === undefined ? [] : [Math.max(0, Date.parse(at) - freedMs) / 1_000];
      });
    const claims = [...reconcile.claims].sort((a, b) => a.seq - b.seq);
    const seconds = claims.slice(0, freed.length).flatMap(({ waitSeconds }, at) => {
      const freeSeconds = (reconcile.claimedAtMs - freed[at]!) / 1_000;
      return waitSeconds >= freeSeconds ? [freeSeconds] : [];
    });
    if (leavesSlots(reconcile)) this.#keep(workspaceId, freed.slice(claims.length), nowMs);
    return [...replaced, ...seconds];
  }

  #take(workspaceId: string, nowMs: number): readonly number[] {
    const kept = this.#kept.get(workspaceId);
    this.#kept.delete(workspaceId);
    return kept === undefined || nowMs - kept.atMs > KEPT_MAX_MS ? [] : kept.freedMs;
  }

  #keep(workspaceId: string, freedMs: readonly number[], atMs: number): void {
    if (freedMs.length === 0) return;
    const [first] = this.#kept.keys();
    if (first !== undefined && this.#kept.size >= WORKSPACES_MAX) this.#kept.delete(first);
    this.#kept.set(workspaceId, { freedMs, atMs });
  }
}

/** The ends that this reconcile recorded, by the time that their rows have; one that Sluice declares is free from the moment of its record. */
function freedBy(closed: readonly ClosedExecution[], { ended, claimedAtMs }: Reconcile): number[] {
  const recorded = new Set(ended.map(({ executionId }) => executionId));
  return closed
    .filter(({ executionId }) => recorded.has(executionId))
    .map(({ closedAt, declared }) => (declared ? claimedAtMs : Math.min(Date.parse(closedAt), claimedAtMs)));
}

/** Nothing stands in the way of another admission but the gate's own pace. */
function leavesSlots({ startsHeldBack, running, limit, pending }: Reconcile): boolean {
  return startsHeldBack && pending > 0 && running < limit;
}
