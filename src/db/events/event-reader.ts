import type { Database } from '../connection/database.ts';
import { IdCursor } from './id-cursor.ts';
import { findStart, READ_MAX_EVENTS, readNew, readStanding } from './read-events.ts';
import { RecentEvents } from './recent-events.ts';
import type { EventPosition, WorkspaceEvent } from './workspace-event.ts';

/** What a look has found. */
export interface Look {
  /** Workspaces with new events. */
  readonly changed: ReadonlySet<string>;
  /** The number of each asked workspace's newest event, as its row has it. One that does not exist is left out. */
  readonly lastEvents: ReadonlyMap<string, number>;
  /** There is more to read already. */
  readonly isMore: boolean;
  /** How old the newest event is that was read, when there is more; else 0. */
  readonly lagMs: number;
}

/**
 * Reads the events of all workspaces as they appear, and remembers the newest. It looks when it is told to, one look at a time; how long it
 * has not looked does not matter.
 */
export class EventReader {
  readonly #database: Pick<Database, 'pool'>;
  readonly #recent: RecentEvents;
  #cursor: IdCursor | null = null;
  #epoch: number | null = null;
  #mustAsk = true;
  /** What Postgres' clock is ahead of `performance.now()`. */
  #clockAheadMs = 0;
  /** When it has looked last, by Postgres' clock. */
  #lookedAtMs = 0;

  /** @param isWatched whether a workspace's last number is of interest beyond its events */
  constructor(database: Pick<Database, 'pool'>, isWatched: (workspaceId: string) => boolean) {
    this.#database = database;
    this.#recent = new RecentEvents(isWatched);
  }

  /** Null until a look has asked for workspaces. */
  get epoch(): number | null {
    return this.#epoch;
  }

  /** The next look must ask for all workspaces of interest: events may have passed by, or nothing is known yet. */
  get mustAsk(): boolean {
    return this.#mustAsk;
  }

  /** The number of a workspace's newest event, as of the last look; null when that is not known. */
  lastOf(workspaceId: string): number | null {
    return this.#recent.lastOf(workspaceId);
  }

  /** Whether something has happened after a position, as far as is known. */
  isPast(workspaceId: string, { epoch, number }: EventPosition): boolean {
    const last = this.#recent.lastOf(workspaceId);
    return last !== null && this.#epoch !== null && (epoch !== this.#epoch || last > number);
  }

  /** What has happened after a position; null when nothing has, and when not all of it is remembered. */
  after(workspaceId: string, { epoch, number }: EventPosition): readonly WorkspaceEvent[] | null {
    return epoch === this.#epoch ? this.#recent.after(workspaceId, number) : null;
  }

  /** For a workspace that is of no interest any more. */
  forgetEmpty(workspaceId: string): void {
    this.#recent.forgetEmpty(workspaceId);
  }

  /** Forgets everything; the next look begins with what is new then. */
  beginAnew(): void {
    this.#cursor = null;
    this.#epoch = null;
    this.#mustAsk = true;
    this.#recent.clear();
  }

  /**
   * Looks for new events, and asks for the numbers of some workspaces. Null when the database is not the one of the last look, but one that was
   * restored: the next look begins anew. `mustStand`: to look for that also when no workspace is asked for.
   */
  async look(asked: readonly string[], mustStand = false): Promise<Look | null> {
    const cursor = (this.#cursor ??= await this.#begin());
    const known = new Map(asked.map((id) => [id, this.#recent.lastOf(id)]));
    // Before the events: what they say is then never older.
    const standing = asked.length === 0 && !mustStand ? null : await readStanding(this.#database, asked);
    if (
      standing !== null &&
      (standing.newestId < cursor.through || standing.epoch !== (this.#epoch ?? standing.epoch))
    )
      return this.#beginAnewNext();
    const began = performance.now() + this.#clockAheadMs;
    const found = await readNew(this.#database, cursor, { lookedAtMs: this.#lookedAtMs, nowMs: began });
    if (this.#cursor !== cursor) return null;

    this.#lookedAtMs = began;
    if (standing !== null) this.#epoch = standing.epoch;
    for (const { id: _id, workspaceId, ...event } of found) this.#recent.add(workspaceId, event);
    const isWhole = cursor.advance(
      found.map(({ id }) => id),
      performance.now(),
    );
    const lastEvents = standing?.lastEvents ?? new Map<string, number>();
    for (const [workspaceId, last] of lastEvents) {
      if (last < (known.get(workspaceId) ?? 0)) return this.#beginAnewNext();
      this.#recent.know(workspaceId, last);
    }
    this.#mustAsk = !isWhole || (this.#mustAsk && standing === null);
    const isMore = found.length >= READ_MAX_EVENTS;
    const lagMs = isMore ? Math.max(0, began - found.at(-1)!.at.getTime()) : 0;
    return { changed: new Set(found.map(({ workspaceId }) => workspaceId)), lastEvents, isMore, lagMs };
  }

  async #begin(): Promise<IdCursor> {
    const { through, missing, nowMs } = await findStart(this.#database);
    this.#clockAheadMs = nowMs - performance.now();
    this.#lookedAtMs = nowMs;
    return new IdCursor(through, missing, performance.now());
  }

  #beginAnewNext(): null {
    this.beginAnew();
    return null;
  }
}
