import { limitConcurrency } from '../../async/limit-concurrency.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import type { Database } from '../../db/connection/database.ts';
import { findAll, findRecent, type Waiting } from '../../db/inbox/find-waiting.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { Sequencer } from './sequencer.ts';

/** What was committed is found this much later at most, and a moment for the transaction that gives it its place. */
export const INBOX_POLL_INTERVAL_MS = 250;

/** A look at all passes every row that is gone and that an open transaction keeps; so it may take this share of the time, or is due at the latest after: */
const ALL_SHARE_OF_TIME = 0.02;
const ALL_MAX_INTERVAL_MS = 10_000;

/** Transactions at once, beside those that wait for a workspace which somebody else holds. */
const WORKSPACES_AT_ONCE = 4;
const HELD_AT_ONCE = 2;

/** Transactions of one workspace until it is another one's turn. */
const STEPS_AT_ONCE = 4;

export interface InboxPollerDeps {
  readonly log: Log;
  readonly database: Database;
  readonly sequencer: Sequencer;
}

export interface InboxPoller extends Repeating {
  /** Looks now instead of at the next interval. */
  look(): void;
}

/** Gives what callers have committed into the inbox its places. */
export function startInboxPoller(deps: InboxPollerDeps): InboxPoller {
  const looks = new InboxLooks(deps);
  const repeating = repeatEvery(
    INBOX_POLL_INTERVAL_MS,
    () => looks.look(),
    () => {},
  );
  return {
    look: () => void looks.look(),
    async stop() {
      const stopped = looks.stop();
      await repeating.stop();
      await stopped;
    },
  };
}

class InboxLooks {
  readonly #deps: InboxPollerDeps;
  readonly #atOnce = limitConcurrency(WORKSPACES_AT_ONCE);
  readonly #heldAtOnce = limitConcurrency(HELD_AT_ONCE);
  readonly #underWay = new Map<string, Promise<void>>();
  /** Found while its workspace is being sequenced, perhaps behind what is being read. */
  readonly #foundMeanwhile = new Map<string, Waiting>();
  #allDueAt = -Infinity;
  #isLooking = false;
  #isAskedAgain = false;
  #isStopping = false;

  constructor(deps: InboxPollerDeps) {
    this.#deps = deps;
  }

  /** A look that is under way may have begun before a commit: there is one more after it, for all that is asked for meanwhile. Never throws. */
  async look(): Promise<void> {
    if (this.#isLooking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isLooking = true;
    do {
      this.#isAskedAgain = false;
      try {
        for (const waiting of await this.#find()) this.#begin(waiting);
      } catch (error) {
        this.#warn(error, {});
      }
    } while (this.#isAskedAgain && !this.#isStopping);
    this.#isLooking = false;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  async #find(): Promise<readonly Waiting[]> {
    const { database } = this.#deps;
    if (performance.now() < this.#allDueAt) return await findRecent(database);
    const begun = performance.now();
    const found = await findAll(database);
    const ended = performance.now();
    this.#allDueAt = ended + Math.min((ended - begun) / ALL_SHARE_OF_TIME, ALL_MAX_INTERVAL_MS);
    return found;
  }

  #begin(waiting: Waiting): void {
    const { workspaceId } = waiting;
    if (this.#isStopping) return;
    if (this.#underWay.has(workspaceId)) this.#foundMeanwhile.set(workspaceId, waiting);
    else this.#underWay.set(workspaceId, this.#sequence(waiting));
  }

  async #sequence({ workspaceId, fromId }: Waiting): Promise<void> {
    const step = (from: string, whenHeld: 'wait' | 'skip') =>
      this.#deps.sequencer.sequence(workspaceId, { fromId: from, maxSteps: STEPS_AT_ONCE, whenHeld });
    try {
      let left = await this.#atOnce(() => step(fromId, 'skip'));
      while (left !== null && !this.#isStopping) {
        const from = left.fromId;
        left =
          left.because === 'held'
            ? await this.#heldAtOnce(() => step(from, 'wait'))
            : await this.#atOnce(() => step(from, 'skip'));
      }
    } catch (error) {
      this.#warn(error, { workspaceId });
    }
    this.#underWay.delete(workspaceId);
    const again = this.#foundMeanwhile.get(workspaceId);
    this.#foundMeanwhile.delete(workspaceId);
    if (again !== undefined) this.#begin(again);
  }

  #warn(error: unknown, fields: { workspaceId?: string }): void {
    const message =
      'what transactions have asked for could not be given its place; it is tried again at once';
    logRepeated(this.#deps.log, 'warn', { ...fields, error }, message);
  }
}
