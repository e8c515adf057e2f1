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

  /** An answer came. One that names no event changes nothing. */
  told({ lastEvent, epoch }: NewestEvent): void {
    if (lastEvent === undefined || epoch === undefined) return;
    const { epoch: before = -1, lastEvent: highest = -1 } = this.#newest ?? {};
    if (epoch > before || (epoch === before && lastEvent > highest)) this.#newest = { lastEvent, epoch };
  }

  /** For a request, and for the next run's input. */
  named(): NewestEvent {
    return this.#newest ?? {};
  }
}
