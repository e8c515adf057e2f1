/** Temporal terminates a run at 50 MB of history; results that may still come are kept to half of that. */
const ROOM_BYTES = 24 * 1024 * 1024;

/**
 * The assumed size of a result before one has been seen. Temporal takes 2 MB at most, so even then the first children have room in 48 MB;
 * and a gate of 24 slots or fewer is not held back by it at all.
 */
const UNSEEN_RESULT_BYTES = 1024 * 1024;

/**
 * How many children of its own a gate run may have open, so that their results cannot end it. A result comes into the history of the run
 * that started the child, whole, however soon that run would end. What an earlier run started comes by the watch, which cuts it.
 *
 * The largest result seen stands for all that are open. It is learnt from ends, and from what the history grew by since the last measure for
 * each of the run's own children that ended meanwhile, because a failure's details cannot be seen otherwise.
 */
export class ResultRoom {
  #largestBytes: number | undefined;
  #historyBytes: number | undefined;
  #ownEnds = 0;

  constructor(handedOn?: number) {
    this.#largestBytes = handedOn;
  }

  /** For the run that continues this one; undefined before the first end. */
  get largestBytes(): number | undefined {
    return this.#largestBytes;
  }

  /** An execution ended with a result of that size; `isOwn`: it came into this run's history. */
  ended(resultBytes: number, { isOwn }: { isOwn: boolean }): void {
    this.#see(resultBytes);
    if (isOwn) this.#ownEnds++;
  }

  /** The history has this size now. */
  measure(historyBytes: number): void {
    if (this.#historyBytes !== undefined && this.#ownEnds > 0)
      this.#see((historyBytes - this.#historyBytes) / this.#ownEnds);
    this.#historyBytes = historyBytes;
    this.#ownEnds = 0;
  }

  /** How many more children of its own the run may start while so many are open. */
  startsAtMost(ownOpen: number): number {
    const largest = Math.max(1, this.#largestBytes ?? UNSEEN_RESULT_BYTES);
    return Math.max(0, Math.floor(ROOM_BYTES / largest) - ownOpen);
  }

  #see(bytes: number): void {
    this.#largestBytes = Math.ceil(Math.max(this.#largestBytes ?? 0, bytes));
  }
}
