import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../../../db/connection/database.ts';
import { announceListener } from '../../../db/listeners/announce-listener.ts';
import { deleteVoidListeners } from '../../../db/listeners/delete-void-listeners.ts';

/** A third of the time for which an announcement holds. */
const RENEW_MS = 10_000;

/** Whoever waits goes on then: without the announcement an end is told up to a second later. */
const ANNOUNCED_WITHIN_MS = 1_000;

const DELETE_VOID_MS = 60_000;

export interface WorkspaceListenersOptions {
  /** The gate may hold ends that it has not reported, and is to hear that somebody listens. */
  readonly wake: (workspaceId: string) => void;
  /** Postgres did not take it. It is tried again at the next renewal. */
  readonly onError: (error: unknown) => void;
  /** Defaults to 10 s. */
  readonly renewMs?: number;
}

export interface Listening {
  /** Resolves when a gate that reconciles from now on knows of it, and after a second at the latest. Never rejects. */
  readonly announced: Promise<void>;
  stop(): void;
}

interface Known {
  listeners: number;
  /** When it was last announced, or that was tried. */
  announcedAtMs: number;
  /** The announcement for who listened first; nobody waits for a renewal. */
  announced: Promise<void>;
}

/**
 * Says in Postgres to which workspaces this process listens, so that their gates report ends at once. However many listen, a workspace is announced once in
 * `renewMs`, and all of them in one statement at a time; nothing happens when nobody listens. What is announced becomes void by itself.
 */
export class WorkspaceListeners {
  readonly #id = randomUUID();
  readonly #db: Db;
  readonly #options: Required<WorkspaceListenersOptions>;
  readonly #known = new Map<string, Known>();
  /** What the next statement announces. */
  readonly #asked = new Set<string>();
  /** The statement that has yet to begin, as far as somebody waits for it. */
  #next: Promise<void> | null = null;
  /** The last statement of all. */
  #last: Promise<void> = Promise.resolve();
  #renewal: NodeJS.Timeout | undefined;
  #deletedAtMs = -Infinity;
  #isStopped = false;

  constructor(db: Db, options: WorkspaceListenersOptions) {
    this.#db = db;
    this.#options = { renewMs: RENEW_MS, ...options };
  }

  /** Somebody listens to a workspace until `stop`. */
  listening(workspaceId: string): Listening {
    const known = this.#known.get(workspaceId) ?? this.#add(workspaceId);
    known.listeners += 1;
    if (!this.#isStopped && performance.now() - known.announcedAtMs >= this.#options.renewMs)
      known.announced = this.#announce(workspaceId, known);
    let isOver = false;
    const stop = () => {
      if (!isOver) known.listeners -= 1;
      isOver = true;
    };
    return { announced: known.announced, stop };
  }

  /** Announces nothing any more; resolves when no statement is open. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#renewal);
    await this.#last;
  }

  #add(workspaceId: string): Known {
    const known = { listeners: 0, announcedAtMs: -Infinity, announced: Promise.resolve() };
    this.#known.set(workspaceId, known);
    if (!this.#isStopped) this.#renewal ??= setInterval(() => this.#renew(), this.#options.renewMs);
    return known;
  }

  #announce(workspaceId: string, known: Known): Promise<void> {
    this.#asked.add(workspaceId);
    known.announcedAtMs = performance.now();
    // Whoever asks before it begins shares it.
    return (this.#next ??= this.#afterTheLast());
  }

  #afterTheLast(): Promise<void> {
    this.#last = this.#last.then(() => this.#write());
    return Promise.race([this.#last, delay(ANNOUNCED_WITHIN_MS, undefined, { ref: false })]);
  }

  async #write(): Promise<void> {
    this.#next = null;
    const workspaceIds = [...this.#asked];
    this.#asked.clear();
    if (this.#isStopped) return;
    try {
      const deaf = await announceListener(this.#db, this.#id, workspaceIds);
      for (const workspaceId of deaf) this.#options.wake(workspaceId);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #renew(): void {
    const nowMs = performance.now();
    for (const [workspaceId, known] of this.#known) {
      if (known.listeners > 0) void this.#announce(workspaceId, known);
      else if (nowMs - known.announcedAtMs >= this.#options.renewMs) this.#known.delete(workspaceId);
    }
    if (nowMs - this.#deletedAtMs >= DELETE_VOID_MS) {
      this.#deletedAtMs = nowMs;
      this.#last = this.#last.then(() => deleteVoidListeners(this.#db).catch(this.#options.onError));
    }
    if (this.#known.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }
}
