import { findKeys } from '../db/keys/find-keys.ts';
import { recordUses } from '../db/keys/record-uses.ts';
import type { Db } from '../db/connection/database.ts';
import { idInRows, type Principal } from '../domain/keys/rights.ts';
import { isAlive, knownKey, type KnownKey } from './known-key.ts';

/** A revocation takes effect in every process within this time: no row that was read earlier is trusted. */
export const TRUSTED_MS = 3_000;

/** A key in use is read again in the background when its row is that old, so that no request of a busy key waits for it. */
const REFRESH_AFTER_MS = 1_000;

/** How often the keys of open streams are looked at. */
const WATCH_INTERVAL_MS = 1_000;

/** Keys that nobody has used for so long are forgotten. */
const FORGOTTEN_AFTER_MS = 60_000;

const USE_RECORDED_EVERY_MS = 60_000;

export interface KeyRing {
  /**
   * The key of that id, at once if its row was read lately. Null when there is none, or when it is revoked or has expired. Reads are
   * put together: one statement is under way at a time, whoever asks for whatever.
   *
   * @throws what Postgres throws when it does not answer: a key that cannot be looked at lets nobody in
   */
  find(id: string): KnownKey | null | Promise<KnownKey | null>;
  /** Notes that the key let somebody in, for its row to say at most once a minute. */
  used(key: KnownKey): void;
  /** Aborted once the key is revoked or has expired; not because Postgres does not answer. `done` ends the watch. */
  watch(principal: Principal, done: AbortSignal): AbortSignal;
  /** For the process that has just changed the key: its next request reads the row. */
  forget(id: string): void;
  close(): void;
}

interface Entry {
  readonly key: KnownKey;
  /** When the statement began that read it. */
  readonly readMs: number;
}

/** `fixed`: a key that no row stands for. */
export function createKeyRing(db: Db, fixed: KnownKey | null, onError: (error: unknown) => void): KeyRing {
  return new RowKeyRing(db, fixed, onError);
}

class RowKeyRing implements KeyRing {
  readonly #db: Db;
  readonly #fixed: KnownKey | null;
  readonly #onError: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #recorded = new Map<string, number>();
  readonly #watches = new Map<AbortController, Principal>();
  /** Waiting for the statement after the one that is under way. */
  #wanted = new Set<string>();
  #underWay = new Set<string>();
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(db: Db, fixed: KnownKey | null, onError: (error: unknown) => void) {
    this.#db = db;
    this.#fixed = fixed;
    this.#onError = onError;
  }

  find(id: string): KnownKey | null | Promise<KnownKey | null> {
    if (id === this.#fixed?.principal.id) return this.#fixed;
    const entry = this.#entries.get(id);
    const ageMs = entry === undefined ? Infinity : performance.now() - entry.readMs;
    if (ageMs >= TRUSTED_MS) return this.#read(id).then(() => this.#alive(id));
    if (ageMs >= REFRESH_AFTER_MS && !this.#wanted.has(id) && !this.#underWay.has(id))
      this.#read(id).catch(this.#onError);
    return this.#alive(id);
  }

  used({ principal: { id }, lastUsedAt }: KnownKey): void {
    if (id === this.#fixed?.principal.id) return;
    const nowMs = Date.now();
    const lastMs = Math.max(lastUsedAt?.getTime() ?? 0, this.#recorded.get(id) ?? 0);
    if (nowMs - lastMs < USE_RECORDED_EVERY_MS) return;
    this.#recorded.set(id, nowMs);
    recordUses(this.#db, [id]).catch(this.#onError);
  }

  watch(principal: Principal, done: AbortSignal): AbortSignal {
    const watch = new AbortController();
    if (done.aborted || idInRows(principal) === null) return watch.signal;
    this.#watches.set(watch, principal);
    done.addEventListener('abort', () => void this.#watches.delete(watch), { once: true });
    this.#timer ??= setInterval(() => this.#look(), WATCH_INTERVAL_MS).unref();
    return watch.signal;
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#watches.clear();
  }

  #alive(id: string): KnownKey | null {
    const key = this.#entries.get(id)?.key;
    return key !== undefined && isAlive(key) ? key : null;
  }

  /** A statement that began before somebody asked may not know what he has just done. */
  async #read(id: string): Promise<void> {
    this.#wanted.add(id);
    this.#next ??= (this.#reading ?? Promise.resolve()).catch(() => {}).then(() => this.#readWanted());
    await this.#next;
  }

  async #readWanted(): Promise<void> {
    this.#underWay = this.#wanted;
    this.#wanted = new Set();
    this.#reading = this.#next;
    this.#next = null;
    const readMs = performance.now();
    try {
      const rows = await findKeys(this.#db, [...this.#underWay]);
      for (const id of this.#underWay) this.#entries.delete(id);
      for (const row of rows) this.#entries.set(row.id, { key: knownKey(row), readMs });
      this.#forgetUnused(readMs);
    } finally {
      this.#underWay = new Set();
    }
  }

  /** Entries are in the order in which they were read. */
  #forgetUnused(nowMs: number): void {
    for (const [id, { readMs }] of this.#entries) {
      if (nowMs - readMs < FORGOTTEN_AFTER_MS) break;
      this.#entries.delete(id);
      this.#recorded.delete(id);
    }
  }

  #look(): void {
    const ids = new Set([...this.#watches.values()].map(({ id }) => id));
    if (ids.size === 0) {
      clearInterval(this.#timer!);
      this.#timer = null;
      return;
    }
    Promise.all([...ids].map((id) => this.#read(id)))
      .catch(this.#onError)
      .finally(() => this.#endWatches());
  }

  #endWatches(): void {
    for (const [watch, { id, expiresAt }] of this.#watches) {
      const hasExpired = expiresAt !== null && expiresAt.getTime() <= Date.now();
      const key = this.#entries.get(id)?.key;
      // A row that could not be read for a while ends nothing.
      if (!hasExpired && (key === undefined || isAlive(key))) continue;
      this.#watches.delete(watch);
      watch.abort();
    }
  }
}
