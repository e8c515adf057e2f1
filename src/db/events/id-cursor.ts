/**
 * How long an id is looked for that was passed over: its transaction has rolled back, or is not committed yet. Longer than any transaction
 * of Sluice's, which Postgres ends after 10 s.
 */
const MISSING_KEPT_MS = 15_000;

/** What two looks count at most, however far apart they were: while Postgres stood still, so did the transactions in it. */
const LOOK_COUNTS_MS = 1_000;

/** Ids that are looked for at once; each is a probe of an index in every look. A rolled back group has some hundred. */
const MISSING_MAX = 1_000;

/**
 * Follows a table by its serial id. Ids are given out before they are committed, so a lower one may appear after a higher one: an id that was
 * passed over is looked for until it must have rolled back.
 */
export class IdCursor {
  #through: number;
  /** With the time, counted in looks, from which it was missed. In the order in which they were missed. */
  readonly #missing = new Map<number, number>();
  #countedMs = 0;
  #lookedAtMs: number;

  /** @param missing ids up to `through` that were not there at `nowMs` */
  constructor(through: number, missing: readonly number[], nowMs: number) {
    this.#through = through;
    this.#lookedAtMs = nowMs;
    for (const id of missing.slice(-MISSING_MAX)) this.#missing.set(id, 0);
  }

  /** All above are new. */
  get through(): number {
    return this.#through;
  }

  /** Lower ones that may still come. */
  get missing(): readonly number[] {
    return [...this.#missing.keys()];
  }

  /**
   * Takes the ids that a look has found, in ascending order. False when more are missing than are looked for: the oldest are given up,
   * and what they stand for has to be found in another way.
   */
  advance(ids: readonly number[], nowMs: number): boolean {
    this.#countedMs += Math.min(nowMs - this.#lookedAtMs, LOOK_COUNTS_MS);
    this.#lookedAtMs = nowMs;
    let passed = 0;
    for (const id of ids) {
      if (id <= this.#through) {
        this.#missing.delete(id);
        continue;
      }
      passed += id - this.#through - 1;
      for (let between = Math.max(this.#through + 1, id - MISSING_MAX); between < id; between++)
        this.#missing.set(between, this.#countedMs);
      this.#through = id;
    }
    return this.#forget(passed);
  }

  #forget(passed: number): boolean {
    let isWhole = passed <= MISSING_MAX;
    for (const [id, sinceMs] of this.#missing) {
      const isGivenUp = this.#countedMs - sinceMs > MISSING_KEPT_MS;
      if (!isGivenUp && this.#missing.size <= MISSING_MAX) break;
      this.#missing.delete(id);
      isWhole &&= isGivenUp;
    }
    return isWhole;
  }
}
