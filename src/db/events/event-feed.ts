import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Database } from '../connection/database.ts';
import { EventReader, type Look } from './event-reader.ts';
import { ANSWER_MAX_EVENTS, readEventsAfter } from './read-events-after.ts';
import { Waiters } from './waiters.ts';
import type { EventPosition, EventsAfter } from './workspace-event.ts';

/** From the end of one look to the next, while somebody waits. A look costs some tenths of a millisecond here and as much in Postgres. */
const LOOK_INTERVAL_MS = 20;

/**
 * So often the workspaces that are waited for are asked for their last number. It finds what ids do not: a transaction that was open for longer than its
 * ids are looked for, and a database that was restored.
 */
const CHECK_INTERVAL_MS = 5_000;

/** After so long without anybody who waits, reading begins anew and not where it stopped. */
const PAUSE_MAX_MS = 10_000;

/** Between looks while Postgres does not answer: doubled each time, up to the longest. */
const RETRY_FIRST_MS = 100;
const RETRY_LONGEST_MS = 2_000;

/** Reading that is so late is worth a word. */
const BEHIND_MS = 1_000;

/** Thrown when a feed stops while somebody waits. */
export class FeedStoppedError extends Error {
  override readonly name = 'FeedStoppedError';

  constructor() {
    super('The process stops reading events.');
  }
}

/** Told the workspaces in which something has happened; null when it may be any of them, because the database was restored or reading began anew. */
export type ChangeListener = (changed: ReadonlySet<string> | null) => void;

export interface EventFeedOptions {
  /** A look failed. It is repeated, and who waits goes on waiting. */
  readonly onError: (error: unknown) => void;
  /** Events are written faster than they are read: they are told so late, in ms. */
  readonly onBehind: (lagMs: number) => void;
  /** Defaults to 20 ms. */
  readonly lookIntervalMs?: number;
  /** Defaults to 5 s. */
  readonly checkIntervalMs?: number;
}

/**
 * Tells any number of waiters of a process what happens to workspaces. While somebody waits, it looks for the new events of all workspaces, one
 * query at a time over one connection of the pool. A waiter costs no query, and nothing happens when nobody waits.
 *
 * To miss nothing: take a `position`, then read the state, then `wait` from the position on, and ask what came `after` it.
 */
export class EventFeed {
  readonly #database: Pick<Database, 'pool'>;
  readonly #options: Required<EventFeedOptions>;
  readonly #reader: EventReader;
  readonly #waiters: Waiters;
  readonly #listeners = new Set<ChangeListener>();
  /** Of listeners for whom no look has been made yet. */
  #beginning: (() => void)[] = [];
  /** Workspaces that are waited for and whose last number is not known. */
  readonly #unknown = new Set<string>();
  readonly #stopping = new AbortController();
  #looking: Promise<void> | null = null;
  #lookedAtMs = -Infinity;
  #checkedAtMs = -Infinity;
  #lagMs = 0;

  constructor(database: Pick<Database, 'pool'>, options: EventFeedOptions) {
    this.#database = database;
    this.#options = { lookIntervalMs: LOOK_INTERVAL_MS, checkIntervalMs: CHECK_INTERVAL_MS, ...options };
    this.#reader = new EventReader(database, (workspaceId) => this.#waiters.has(workspaceId));
    this.#waiters = new Waiters((workspaceId) => this.#reader.forgetEmpty(workspaceId));
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** How late events are told because more are written than are read; 0 when all are read. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /**
   * A position before everything that is committed from now on; some events before it may be of earlier.
   *
   * @throws WorkspaceNotFoundError; FeedStoppedError; the signal's reason
   */
  async position(workspaceId: string, signal?: AbortSignal): Promise<EventPosition> {
    return this.knownPosition(workspaceId) ?? (await this.#join(workspaceId, null, signal));
  }

  /** The same when it is known without a look, because somebody waits for that workspace already; else null. */
  knownPosition(workspaceId: string): EventPosition | null {
    const { epoch } = this.#reader;
    const last = this.#looking === null ? null : this.#reader.lastOf(workspaceId);
    return epoch === null || last === null ? null : { epoch, number: last };
  }

  /**
   * What happened after a position, the oldest first, up to 500 at a time; none when nothing did. From memory if it is there, else from the table.
   *
   * @throws WorkspaceNotFoundError, and what the pool throws
   */
  async after(workspaceId: string, position: EventPosition): Promise<EventsAfter> {
    const recent = this.#reader.after(workspaceId, position);
    if (recent !== null) return { kind: 'events', events: recent.slice(0, ANSWER_MAX_EVENTS) };
    const seemedPast = this.#reader.isPast(workspaceId, position);
    const found = await readEventsAfter(this.#database, workspaceId, position);
    // There is less than was there before: the database was restored, and waiting for more would return at once.
    if (seemedPast && found.kind === 'events' && found.events.length === 0) this.#reader.beginAnew();
    return found;
  }

  /**
   * Resolves when something has happened after a position, or when nothing can: `after` says what. However old the position is, nothing is missed.
   *
   * @throws WorkspaceNotFoundError; FeedStoppedError; the signal's reason
   */
  async wait(workspaceId: string, position: EventPosition, signal?: AbortSignal): Promise<void> {
    if (!this.#reader.isPast(workspaceId, position)) await this.#join(workspaceId, position, signal);
  }

  /**
   * Tells in which workspaces something happens, until the signal is aborted. Resolves when nothing that is committed from then on is missed: read the
   * state after that. It costs no query beyond the looks.
   */
  async listen(listener: ChangeListener, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#stopping.signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => void this.#listeners.delete(listener), { once: true });
    const begun = new Promise<void>((resolve) => this.#beginning.push(resolve));
    this.#looking ??= this.#lookWhileAwaited();
    await begun;
  }

  /** Rejects who waits, and resolves when no query is open. */
  async stop(): Promise<void> {
    this.#stopping.abort(new FeedStoppedError());
    for (const waiter of this.#waiters.all()) waiter.reject(new FeedStoppedError());
    this.#listeners.clear();
    await this.#looking;
  }

  async #join(
    workspaceId: string,
    from: EventPosition | null,
    signal: AbortSignal | undefined,
  ): Promise<EventPosition> {
    this.#stopping.signal.throwIfAborted();
    signal?.throwIfAborted();
    const joined = this.#waiters.join(workspaceId, from, signal);
    if (this.#reader.lastOf(workspaceId) === null) this.#unknown.add(workspaceId);
    this.#looking ??= this.#lookWhileAwaited();
    return await joined;
  }

  async #lookWhileAwaited(): Promise<void> {
    if (performance.now() - this.#lookedAtMs > PAUSE_MAX_MS) this.#reader.beginAnew();
    let retryMs = RETRY_FIRST_MS;
    do {
      try {
        const isMore = await this.#look();
        retryMs = RETRY_FIRST_MS;
        await (isMore ? nextTurn() : this.#pause(this.#options.lookIntervalMs));
      } catch (error) {
        this.#options.onError(error);
        // It may have been restored.
        this.#checkedAtMs = -Infinity;
        await this.#pause(retryMs);
        retryMs = Math.min(2 * retryMs, RETRY_LONGEST_MS);
      }
    } while (this.#waiters.size > 0 || this.#listeners.size > 0);
    this.#looking = null;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  /** True when there is more to read already. */
  async #look(): Promise<boolean> {
    const beganAtMs = performance.now();
    const isDue = this.#reader.mustAsk || beganAtMs - this.#checkedAtMs >= this.#options.checkIntervalMs;
    const asked = isDue ? this.#waiters.workspaceIds : [...this.#unknown];
    const beginning = [...this.#beginning];
    const look = await this.#reader.look(asked, isDue);
    this.#lookedAtMs = performance.now();
    if (look === null || look.changed.size > 0)
      for (const listener of this.#listeners) listener(look?.changed ?? null);
    if (look === null) return true;
    this.#beginning = this.#beginning.filter((begun) => !beginning.includes(begun));
    for (const begun of beginning) begun();
    if (isDue) this.#checkedAtMs = beganAtMs;
    this.#tell(look, asked, beganAtMs);
    this.#lagMs = look.lagMs;
    if (look.lagMs > BEHIND_MS) this.#options.onBehind(look.lagMs);
    return look.isMore;
  }

  #tell({ changed, lastEvents }: Look, asked: readonly string[], beganAtMs: number): void {
    const { epoch } = this.#reader;
    if (epoch === null) return;
    const wasAsked = new Set(asked);
    for (const workspaceId of new Set([...changed, ...asked])) {
      const number = this.#reader.lastOf(workspaceId);
      for (const waiter of this.#waiters.of(workspaceId)) {
        const { from, joinedAtMs } = waiter;
        // What was asked before somebody came may be older than what he has seen.
        const isAnswered = wasAsked.has(workspaceId) && joinedAtMs < beganAtMs;
        if (number === null) {
          if (isAnswered) waiter.reject(new WorkspaceNotFoundError(workspaceId));
        } else if (
          from === null ||
          this.#reader.isPast(workspaceId, from) ||
          (isAnswered && lastEvents.get(workspaceId)! < from.number)
        ) {
          waiter.resolve({ epoch, number });
        }
      }
    }
    for (const workspaceId of asked) this.#unknown.delete(workspaceId);
  }
}
