import type { ServerResponse } from 'node:http';

/** What the echo service itself saw of one group's calls. */
export interface EchoCountsView {
  /** When the service began to count, ISO 8601: another one than before says that it was started again. */
  readonly since: string;
  /** Calls open at this moment. */
  readonly inFlight: number;
  /** The most that were open at once since then, or since that maximum was reset. */
  readonly most: number;
  /** Names of calls in the order of their first arrival. */
  readonly arrivals: readonly string[];
  /** How often each was answered. */
  readonly answered: Readonly<Record<string, number>>;
}

/** The most groups and names that are remembered: anybody on this machine may call. */
const GROUPS_MAX = 100;
const NAMES_MAX = 10_000;

/** The counts of all groups; the oldest group is forgotten when there are too many. */
export class EchoCounts {
  readonly since = new Date().toISOString();
  readonly #groups = new Map<string, GroupCounts>();

  of(group: string): GroupCounts {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    if (this.#groups.size >= GROUPS_MAX) this.#groups.delete(this.#groups.keys().next().value!);
    const made = new GroupCounts();
    this.#groups.set(group, made);
    return made;
  }
}

class GroupCounts {
  #inFlight = 0;
  #most = 0;
  readonly #arrivals = new Set<string>();
  readonly #answered = new Map<string, number>();

  /** Counts a call from here to its end. */
  take(response: ServerResponse, name: string): void {
    this.#inFlight++;
    this.#most = Math.max(this.#most, this.#inFlight);
    const remembered = this.#arrivals.has(name) || this.#arrivals.size < NAMES_MAX;
    if (remembered) this.#arrivals.add(name);
    response.once('finish', () => {
      if (remembered) this.#answered.set(name, (this.#answered.get(name) ?? 0) + 1);
    });
    response.once('close', () => this.#inFlight--);
  }

  /** From now on the maximum counts from the calls in flight. */
  resetMost(): void {
    this.#most = this.#inFlight;
  }

  view(since: string): EchoCountsView {
    return {
      since,
      inFlight: this.#inFlight,
      most: this.#most,
      arrivals: [...this.#arrivals],
      answered: Object.fromEntries(this.#answered),
    };
  }
}
