import type { NewestEvent } from '../contract.ts';

/**
 * The newest event of its workspace that a gate has been told of, by whichever of its runs: a database without it was restored from a backup.
 * It never goes back, except that a higher epoch has numbers of its own.
 */
export class RememberedEvent {
  #newest: Required<NewestEvent> | undefined;

  constructor(handedOn: NewestEvent = {}) {
    this.told(handedOn);
  }

  /** An answer came. One that names no event changes nothing. True when an operator has resumed a restored database since the last one. */
  told({ lastEvent, epoch }: NewestEvent): boolean {
    if (lastEvent === undefined || epoch === undefined) return false;
    const before = this.#newest;
    const isLater = before !== undefined && epoch > before.epoch;
    if (before === undefined || isLater || (epoch === before.epoch && lastEvent > before.lastEvent))
      this.#newest = { lastEvent, epoch };
    return isLater;
  }

  /** For a request, and for the next run's input. */
  named(): NewestEvent {
    return this.#newest ?? {};
  }
}
