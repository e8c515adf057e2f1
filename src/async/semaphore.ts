/** Thrown when too many of one owner wait already, or when one has waited for too long. */
export class NoTurnError extends Error {
  override readonly name = 'NoTurnError';
  readonly owner: string;

  constructor(owner: string) {
    super(`Too many wait for a turn of ${owner || 'nobody in particular'}, or one has waited for too long.`);
    this.owner = owner;
  }
}

/** Each bound defaults to none. */
export interface SemaphoreOptions {
  /** How many run at once. */
  readonly total?: number;
  /** How many of one owner run at once. */
  readonly perOwner?: number;
  /** How many of one owner may wait. */
  readonly maxWaiting?: number;
  /** Longest wait for a turn. */
  readonly maxWaitMs?: number;
  /** The error for a caller that gets no turn by these bounds. Defaults to NoTurnError. */
  noTurn?(owner: string): Error;
}

interface Owner {
  readonly name: string;
  running: number;
  readonly waiting: Set<Waiting>;
}

interface Waiting {
  begin(): void;
}

/** Lets so much run at once, and the rest wait. Work of one owner begins in the order in which it came; owners take turns. */
export class Semaphore {
  readonly #bounds: Required<SemaphoreOptions>;
  /** Those with somebody who runs or waits; the one whose turn is next first. */
  readonly #owners = new Map<string, Owner>();
  #running = 0;
  #waiting = 0;

  constructor(options: SemaphoreOptions) {
    this.#bounds = {
      total: Infinity,
      perOwner: Infinity,
      maxWaiting: Infinity,
      maxWaitMs: Infinity,
      noTurn: (owner) => new NoTurnError(owner),
      ...options,
    };
  }

  /**
   * Runs `work` when it is its turn; gives and throws what it does.
   *
   * @throws before `work` has begun: what `noTurn` gives, or the signal's reason when it is aborted before the turn comes.
   */
  async run<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const owner = this.#ownerOf(name);
    if (owner.waiting.size === 0 && this.#hasRoomFor(owner)) this.#take(owner);
    else await this.#turnOf(owner, signal);
    try {
      return await work();
    } finally {
      this.#giveBack(owner);
    }
  }

  #ownerOf(name: string): Owner {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    const owner = { name, running: 0, waiting: new Set<Waiting>() };
    this.#owners.set(name, owner);
    return owner;
  }

  #hasRoomFor(owner: Owner): boolean {
    return this.#running < this.#bounds.total && owner.running < this.#bounds.perOwner;
  }

  #take(owner: Owner): void {
    this.#running++;
    owner.running++;
  }

  /** Resolves when a place has been taken. */
  #turnOf(owner: Owner, signal: AbortSignal | undefined): Promise<void> {
    const { maxWaiting, maxWaitMs, noTurn } = this.#bounds;
    if (owner.waiting.size >= maxWaiting) {
      this.#forgetIfIdle(owner);
      return Promise.reject(noTurn(owner.name));
    }
    return new Promise<void>((resolve, reject) => {
      const stopWaiting = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        owner.waiting.delete(waiting);
        this.#waiting--;
      };
      const giveUp = (error: Error) => {
        stopWaiting();
        this.#forgetIfIdle(owner);
        reject(error);
      };
      const onAbort = () => giveUp(signal!.reason as Error);
      const timer =
        maxWaitMs === Infinity ? undefined : setTimeout(() => giveUp(noTurn(owner.name)), maxWaitMs);
      const waiting = {
        begin: () => {
          stopWaiting();
          this.#take(owner);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      owner.waiting.add(waiting);
      this.#waiting++;
    });
  }

  #giveBack(owner: Owner): void {
    this.#running--;
    owner.running--;
    this.#forgetIfIdle(owner);
    if (this.#waiting > 0) this.#admitWaiting();
  }

  /** Within the same tick, so that nobody who comes just now gets ahead of those who wait. */
  #admitWaiting(): void {
    for (const owner of this.#owners.values()) {
      const [next] = owner.waiting;
      if (next === undefined || !this.#hasRoomFor(owner)) continue;
      next.begin();
      this.#owners.delete(owner.name);
      this.#owners.set(owner.name, owner);
    }
  }

  #forgetIfIdle(owner: Owner): void {
    if (owner.running === 0 && owner.waiting.size === 0) this.#owners.delete(owner.name);
  }
}
