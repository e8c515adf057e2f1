import { randomUUID } from 'node:crypto';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import type { Database } from '../../db/connection/database.ts';
import { IdCursor } from '../../db/events/id-cursor.ts';
import { READ_MAX_EVENTS, readNew } from '../../db/events/read-events.ts';
import { countEvents, readNewestEvent } from '../../db/samples/count-events.ts';
import { holdSampler, leaveSampler } from '../../db/samples/hold-sampler.ts';
import { readSlotTimes } from '../../db/samples/read-slot-times.ts';
import { pruneSamples, writeCounters, writeSamples } from '../../db/samples/write-samples.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { Measurements } from './measurements.ts';

const ROUND_INTERVAL_MS = 10_000;

/** A sampler that has not looked for so long is taken for dead: some rounds. */
const HELD_SECONDS = 30;

/** Events that one round reads one by one, the newest: 500 a second. Of the ones before only numbers are counted, so a round costs no more than that. */
const EVENTS_PER_ROUND = 5_000;
/** Counted without being read one by one. */
const COUNTED_PER_ROUND = 100_000;

export interface SamplerOptions {
  readonly log: Log;
  readonly database: Database;
  /** Defaults to ROUND_INTERVAL_MS. */
  readonly intervalMs?: number;
}

/**
 * Takes samples of the workspaces that have work, for people: how many wait and run, how long admissions waited, how long freed slots stood free, and
 * how many failed. It reads the ledger of events, after the fact, so neither an enqueue nor a reconcile does anything for it. One process at a time:
 * the others ask in each round whether it is still there.
 */
export function startSampler({ log, database, intervalMs = ROUND_INTERVAL_MS }: SamplerOptions): Repeating {
  const sampler = new Sampler(database);
  const repeating = repeatEvery(
    intervalMs,
    async () => void (await sampler.round()),
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'no samples of workspaces could be taken: what the board shows of waits and failures is old; it is tried again',
      ),
  );
  return {
    async stop() {
      await repeating.stop();
      await sampler.leave().catch(() => {});
    },
  };
}

interface Following {
  readonly cursor: IdCursor;
  /** Up to which event the database says that it was counted. */
  readonly writtenThrough: number | null;
  readonly lookedAtMs: number;
}

/** One process's part in it. */
export class Sampler {
  readonly #database: Database;
  readonly #holder = randomUUID();
  #measurements = new Measurements();
  #following: Following | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns false when another process is the sampler. */
  async round(): Promise<boolean> {
    const holder = this.#holder;
    const held = await holdSampler(this.#database.db, { holder, seconds: HELD_SECONDS });
    if (held === null) {
      this.#following = null;
      return false;
    }
    const { newestId, nowMs } = await readNewestEvent(this.#database);
    const cursor = await this.#cursorAt(held.throughEventId, newestId, nowMs);
    await this.#readOn(cursor, nowMs);
    const throughEventId = cursor.through;
    const samples = this.#measurements.samplesAt(nowMs);
    if (!(await writeSamples(this.#database, { holder, throughEventId, samples }))) return false;
    this.#measurements.written();
    this.#following = { cursor, writtenThrough: throughEventId, lookedAtMs: nowMs };
    await writeCounters(this.#database);
    await pruneSamples(this.#database);
    return true;
  }

  async leave(): Promise<void> {
    if (this.#following !== null) await leaveSampler(this.#database.db, this.#holder);
  }

  /** Goes on where this process was, or where the database says that another was, but not from too far back. */
  async #cursorAt(throughEventId: number | null, newestId: number, nowMs: number): Promise<IdCursor> {
    if (this.#following === null || this.#following.writtenThrough !== throughEventId) {
      this.#measurements = new Measurements();
      // A restored database may have fewer events than it says to have counted.
      const through = Math.min(throughEventId ?? newestId, newestId);
      this.#following = {
        cursor: new IdCursor(through, [], nowMs),
        writtenThrough: throughEventId,
        lookedAtMs: nowMs,
      };
    }
    const { cursor } = this.#following;
    const readAfter = newestId - EVENTS_PER_ROUND;
    if (cursor.through >= readAfter) return cursor;
    const from = Math.max(cursor.through, readAfter - COUNTED_PER_ROUND) + 1;
    this.#measurements.takeCounts(await countEvents(this.#database, { from, to: readAfter, nowMs }));
    this.#measurements.forgetFreed();
    const later = new IdCursor(readAfter, [], nowMs);
    this.#following = { ...this.#following, cursor: later };
    return later;
  }

  async #readOn(cursor: IdCursor, nowMs: number): Promise<void> {
    const { lookedAtMs } = this.#following!;
    for (let read = 0; read <= EVENTS_PER_ROUND; read += READ_MAX_EVENTS) {
      const { through, missing } = cursor;
      const events = await readNew(this.#database, { through, missing }, { lookedAtMs, nowMs });
      this.#measurements.take(events, await readSlotTimes(this.#database, events));
      cursor.advance(
        events.map(({ id }) => id),
        nowMs,
      );
      if (events.length < READ_MAX_EVENTS) return;
    }
  }
}
