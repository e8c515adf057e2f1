import type { EventPosition } from './workspace-event.ts';

export interface Waiter {
  /** What it waits to get past; null when it waits for any position. */
  readonly from: EventPosition | null;
  readonly joinedAtMs: number;
  /** Both end the wait. */
  resolve(position: EventPosition): void;
  reject(error: Error): void;
}

/** Who waits, by workspace. */
export class Waiters {
  readonly #byWorkspace = new Map<string, Set<Waiter>>();
  /** Called when the last of a workspace has left. */
  readonly #onLastLeft: (workspaceId: string) => void;
  #size = 0;

  constructor(onLastLeft: (workspaceId: string) => void) {
    this.#onLastLeft = onLastLeft;
  }

  get size(): number {
    return this.#size;
  }

  get workspaceIds(): string[] {
    return [...this.#byWorkspace.keys()];
  }

  has(workspaceId: string): boolean {
    return this.#byWorkspace.has(workspaceId);
  }

  /** A copy, so that each may leave meanwhile. */
  of(workspaceId: string): Waiter[] {
    return [...(this.#byWorkspace.get(workspaceId) ?? [])];
  }

  all(): Waiter[] {
    return this.workspaceIds.flatMap((workspaceId) => this.of(workspaceId));
  }

  /** Settles as the waiter does; is rejected with the signal's reason when that is aborted before. */
  async join(
    workspaceId: string,
    from: EventPosition | null,
    signal: AbortSignal | undefined,
  ): Promise<EventPosition> {
    return await new Promise<EventPosition>((resolve, reject) => {
      const end = () => {
        signal?.removeEventListener('abort', onAbort);
        this.#leave(workspaceId, waiter);
      };
      const waiter: Waiter = {
        from,
        joinedAtMs: performance.now(),
        resolve(position) {
          end();
          resolve(position);
        },
        reject(error) {
          end();
          reject(error);
        },
      };
      const onAbort = () => waiter.reject(signal!.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true });
      const others = this.#byWorkspace.get(workspaceId);
      if (others) others.add(waiter);
      else this.#byWorkspace.set(workspaceId, new Set([waiter]));
      this.#size++;
    });
  }

  #leave(workspaceId: string, waiter: Waiter): void {
    const waiters = this.#byWorkspace.get(workspaceId);
    if (!waiters?.delete(waiter)) return;
    this.#size--;
    if (waiters.size > 0) return;
    this.#byWorkspace.delete(workspaceId);
    this.#onLastLeft(workspaceId);
  }
}
