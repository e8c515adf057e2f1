import type { WorkspaceEvent } from './workspace-event.ts';

/** Held for all workspaces together, some 200 bytes each. */
const EVENTS_MAX = 20_000;

interface Recent {
  /** The highest number that is known. */
  last: number;
  /** The newest ones, without a gap, up to `last`; may be none. */
  events: WorkspaceEvent[];
}

/**
 * The newest events of all workspaces, in a bounded memory. What it does not have is asked of the table. A workspace that nobody watches is
 * forgotten with the last of its events.
 */
export class RecentEvents {
  readonly #workspaces = new Map<string, Recent>();
  /** Whose the events are, in the order of arrival. */
  #arrivals: string[] = [];
  /** How many at its beginning have been dealt with. */
  #passed = 0;
  readonly #isWatched: (workspaceId: string) => boolean;
  readonly #max: number;

  constructor(isWatched: (workspaceId: string) => boolean, max = EVENTS_MAX) {
    this.#isWatched = isWatched;
    this.#max = max;
  }

  /** The number of the newest event; null when that is not known. */
  lastOf(workspaceId: string): number | null {
    return this.#workspaces.get(workspaceId)?.last ?? null;
  }

  /** Those after a number, the oldest first; null when there are none, or not all of them are here. */
  after(workspaceId: string, number: number): readonly WorkspaceEvent[] | null {
    const { last = 0, events = [] } = this.#workspaces.get(workspaceId) ?? {};
    const first = events[0]?.number ?? Infinity;
    return first <= number + 1 && number < last ? events.slice(number + 1 - first) : null;
  }

  /** Takes an event that was read; one that is known changes nothing. */
  add(workspaceId: string, event: WorkspaceEvent): void {
    const recent = this.#workspaces.get(workspaceId) ?? { last: event.number - 1, events: [] };
    if (event.number <= recent.last) return;
    // One that was never seen lies between: these events begin anew.
    if (event.number > recent.last + 1) recent.events = [];
    recent.events.push(event);
    recent.last = event.number;
    this.#workspaces.set(workspaceId, recent);
    this.#arrivals.push(workspaceId);
    if (this.#arrivals.length - this.#passed > this.#max) this.#forgetOldest();
  }

  /** Takes the number of a workspace's newest event, as its row has it. */
  know(workspaceId: string, last: number): void {
    const recent = this.#workspaces.get(workspaceId);
    if (recent === undefined || recent.last < last) this.#workspaces.set(workspaceId, { last, events: [] });
  }

  /** For a workspace that is not watched any more. */
  forgetEmpty(workspaceId: string): void {
    const recent = this.#workspaces.get(workspaceId);
    if (recent?.events.length === 0 && !this.#isWatched(workspaceId)) this.#workspaces.delete(workspaceId);
  }

  clear(): void {
    this.#workspaces.clear();
    this.#arrivals = [];
    this.#passed = 0;
  }

  #forgetOldest(): void {
    const workspaceId = this.#arrivals[this.#passed++]!;
    // Only now and then, because it copies.
    if (this.#passed >= this.#max) {
      this.#arrivals = this.#arrivals.slice(this.#passed);
      this.#passed = 0;
    }
    this.#workspaces.get(workspaceId)?.events.shift();
    this.forgetEmpty(workspaceId);
  }
}
