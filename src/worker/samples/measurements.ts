import type { ReadEvent } from '../../db/events/read-events.ts';
import type { EventCounts } from '../../db/samples/count-events.ts';
import type { SlotTimes } from '../../db/samples/read-slot-times.ts';
import type { Sample } from '../../db/samples/write-samples.ts';
import { isFailed } from '../../domain/status.ts';
import { LIMIT_MAX } from '../../domain/tier.ts';
import { RecentValues } from './recent-values.ts';

/** What was measured counts for so long. */
const REMEMBERED_MS = 300_000;

/** Freed slots of that many workspaces are remembered; the ones that have been for longest are forgotten first. */
const FREED_WORKSPACES_MAX = 20_000;

/**
 * What the events of all workspaces say of waits and of handoffs. An admission's wait begins where its execution entered the queue. It takes the slot
 * that was freed last: of the slots that stand free, those freed before are beyond the limit, or it has been lowered. If its execution was in the queue
 * by then, the time between is a handoff; else the slot waited for it. What a workspace's settings were when a slot fell free means nothing after a
 * change, so a change forgets the free slots.
 */
export class Measurements {
  readonly #waits = new RecentValues();
  readonly #handoffs = new RecentValues();
  /** When the slots that stand free were freed, by workspace, in ms. */
  readonly #freed = new Map<string, number[]>();
  /** Since the samples that were last written. */
  readonly #counts = new Map<string, { admitted: number; failed: number }>();

  /** Takes events in the order of their ids, and what is known of their executions. */
  take(events: readonly ReadEvent[], times: ReadonlyMap<string, SlotTimes>): void {
    for (const event of events) {
      const known = event.executionId === null ? undefined : times.get(event.executionId);
      if (event.kind === 'workspace_changed') this.#freed.delete(event.workspaceId);
      else if (event.kind === 'admitted') this.#admitted(event, known);
      else if (event.kind === 'ended') this.#ended(event, known);
    }
  }

  /** Takes what was counted of events that have been passed over. */
  takeCounts(counts: readonly EventCounts[]): void {
    for (const { workspaceId, admitted, failed } of counts) this.#count(workspaceId, { admitted, failed });
  }

  /** Events are missing: nothing is known of the slots that stand free. */
  forgetFreed(): void {
    this.#freed.clear();
  }

  /** Of all workspaces of which there is something to say. Counts go on until they have been written. */
  samplesAt(nowMs: number): Sample[] {
    for (const values of [this.#waits, this.#handoffs]) values.forgetBefore(nowMs - REMEMBERED_MS);
    const ids = new Set([
      ...this.#counts.keys(),
      ...this.#waits.workspaceIds,
      ...this.#handoffs.workspaceIds,
    ]);
    return [...ids].map((workspaceId) => ({
      workspaceId,
      ...(this.#counts.get(workspaceId) ?? { admitted: 0, failed: 0 }),
      waitP95Seconds: this.#waits.percentileOf(workspaceId, 95),
      handoffP99Seconds: this.#handoffs.percentileOf(workspaceId, 99),
    }));
  }

  /** All that was counted is written. */
  written(): void {
    this.#counts.clear();
  }

  #admitted({ workspaceId, at }: ReadEvent, known: SlotTimes | undefined): void {
    this.#count(workspaceId, { admitted: 1, failed: 0 });
    const freedMs = this.#freed.get(workspaceId)?.pop();
    if (known === undefined) return;
    const atMs = at.getTime();
    this.#waits.add(workspaceId, atMs, secondsBetween(known.enteredMs, atMs));
    if (freedMs !== undefined && known.enteredMs <= freedMs)
      this.#handoffs.add(workspaceId, atMs, secondsBetween(freedMs, atMs));
  }

  #ended({ workspaceId, status }: ReadEvent, known: SlotTimes | undefined): void {
    if (isFailed(status)) this.#count(workspaceId, { admitted: 0, failed: 1 });
    if (known === undefined || known.freedMs === null) return;
    const freed = this.#freed.get(workspaceId) ?? [];
    // The workspace that something was heard of last stands last.
    this.#freed.delete(workspaceId);
    this.#freed.set(workspaceId, freed);
    if (freed.push(known.freedMs) > LIMIT_MAX) freed.shift();
    if (this.#freed.size > FREED_WORKSPACES_MAX) this.#freed.delete(this.#freed.keys().next().value!);
  }

  #count(workspaceId: string, { admitted, failed }: { admitted: number; failed: number }): void {
    const counts = this.#counts.get(workspaceId) ?? { admitted: 0, failed: 0 };
    this.#counts.set(workspaceId, {
      admitted: counts.admitted + admitted,
      failed: counts.failed + failed,
    });
  }
}

/** The clocks of Postgres and Temporal may differ by some milliseconds. */
const secondsBetween = (fromMs: number, toMs: number) => Math.max(0, toMs - fromMs) / 1000;
