/** Thrown when more wait for a share than may. */
export class ShareFullError extends Error {
  override readonly name = 'ShareFullError';
}

export interface SharesOptions {
  /** How many run at once in all. */
  readonly total: number;
  /** How many of one owner run at once. */
  readonly perOwner: number;
  /** How many of one owner may wait. */
  readonly waitingPerOwner: number;
}

export interface Shares {
  /**
   * Runs `work` when its owner has a share free and there is room at all. Those of one owner keep their order, owners take turns.
   *
   * @throws ShareFullError when too many of the owner wait; the signal's reason when it is aborted before the turn comes.
   */
  take<T>(owner: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface Owner {
  running: number;
  readonly waiting: Set<() => void>;
}

/** Divides room among owners, so that none can take all of it. */
export function createShares({ total, perOwner, waitingPerOwner }: SharesOptions): Shares {
  /** The owner whose turn is next first. */
  const owners = new Map<string, Owner>();
  let running = 0;

  const enter = async (name: string, signal: AbortSignal): Promise<Owner> => {
    signal.throwIfAborted();
    const owner = owners.get(name) ?? { running: 0, waiting: new Set() };
    if (running < total && owner.running < perOwner && owner.waiting.size === 0) {
      owners.set(name, owner);
      running++;
      owner.running++;
      return owner;
    }
    if (owner.waiting.size >= waitingPerOwner) throw new ShareFullError();
    owners.set(name, owner);
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        owner.waiting.delete(admit);
        running++;
        owner.running++;
        resolve();
      };
      const giveUp = () => {
        owner.waiting.delete(admit);
        forget(name, owner);
        reject(signal.reason as Error);
      };
      owner.waiting.add(admit);
      signal.addEventListener('abort', giveUp, { once: true });
    });
    return owner;
  };

  const forget = (name: string, owner: Owner) => {
    if (owner.running === 0 && owner.waiting.size === 0) owners.delete(name);
  };

  const admitWaiting = () => {
    const next = [...owners].filter(([, { waiting, running: own }]) => waiting.size > 0 && own < perOwner);
    for (const [name, owner] of next) {
      if (running >= total) return;
      const [admit] = owner.waiting;
      admit!();
      owners.delete(name);
      owners.set(name, owner);
    }
  };

  return {
    async take(name, signal, work) {
      const owner = await enter(name, signal);
      try {
        return await work();
      } finally {
        running--;
        owner.running--;
        forget(name, owner);
        admitWaiting();
      }
    },
  };
}
