import type { EventPosition, WorkspaceEvent } from './workspace-event.ts';

/** Who listens to one execution: what it has heard and not yet taken. */
export class Listener {
  readonly #from: EventPosition;
  readonly #signal: AbortSignal;
  readonly #onStop: () => void;
  readonly #heard: (WorkspaceEvent | null)[] = [];
  #wake: (() => void) | null = null;

  /** Hears what happens after a position; stops when the signal is aborted. */
  constructor(from: EventPosition, signal: AbortSignal, onStop: () => void) {
    this.#from = from;
    this.#signal = signal;
    this.#onStop = onStop;
    signal.addEventListener('abort', this.stop, { once: true });
  }

  /**
   * The next event; null when it cannot be told what has happened.
   *
   * @throws the signal's reason
   */
  async next(): Promise<WorkspaceEvent | null> {
    for (;;) {
      this.#signal.throwIfAborted();
      const next = this.#heard.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** An event of that epoch; null for what cannot be told. */
  hear(event: WorkspaceEvent | null, epoch?: number): void {
    if (event !== null && epoch === this.#from.epoch && event.number <= this.#from.number) return;
    this.#heard.push(event);
    this.#wake?.();
  }

  readonly stop = (): void => {
    this.#signal.removeEventListener('abort', this.stop);
    this.#onStop();
    this.#wake?.();
  };
}
