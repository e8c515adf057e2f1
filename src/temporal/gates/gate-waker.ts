import { limitConcurrency } from '../../async/limit-concurrency.ts';
import type { Log } from '../../process/log.ts';
import type { GateSignal } from './signal-gate.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/**
 * Wakes of one process under way at once. One takes some milliseconds, so this is more than a process accepts requests for; when
 * Temporal is slower than that, more at once would only make it slower still.
 */
const WAKES_AT_ONCE = 40;

/** Wakes gates after commits, without making anybody wait for it. */
export interface GateWaker {
  /** Asks for a wake; returns at once and never throws. */
  wake(workspaceId: string, signal?: GateSignal): void;
  /** Asks for a wake within WAKE_SOON_MS, and for none of its own if another is sent before: for work that no slot is free for. */
  wakeSoon(workspaceId: string): void;
  /** Resolves when no wake of the workspace is under way: each that was asked for with `wake` is sent, or given up. */
  sent(workspaceId: string): Promise<void>;
  /** Sends at once what was to be sent soon, and resolves when no wake is under way any more. */
  allSent(): Promise<void>;
}

/** A storm of rows that wait for a slot costs its gate one signal in this time, from each API process. */
export const WAKE_SOON_MS = 5_000;

/**
 * Coalesces wakes: at most one is in flight per workspace, and one asked for meanwhile causes exactly one more after it,
 * because the one in flight may have been received before the newer row was committed. Temporal advises about five signals
 * a second per workflow. Over all workspaces at most `atOnce` are in flight; the others wait in the order in which they were asked for.
 * A wake that fails is logged and dropped: the sweep finds the row.
 */
export function createGateWaker(
  send: SendWake,
  log: Log,
  { atOnce = WAKES_AT_ONCE }: { atOnce?: number } = {},
): GateWaker {
  return new CoalescingWaker(send, log, atOnce);
}

type SendWake = (workspaceId: string, signal: GateSignal) => Promise<void>;

class CoalescingWaker implements GateWaker {
  readonly #send: SendWake;
  readonly #log: Log;
  readonly #inTurn: ReturnType<typeof limitConcurrency>;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #again = new Map<string, GateSignal>();
  readonly #soon = new Map<string, NodeJS.Timeout>();

  constructor(send: SendWake, log: Log, atOnce: number) {
    this.#send = send;
    this.#log = log;
    this.#inTurn = limitConcurrency(atOnce);
  }

  wake(workspaceId: string, signal: GateSignal = 'wake'): void {
    // A signal sent from here on is sent after the commit that a later wake was for.
    clearTimeout(this.#soon.get(workspaceId));
    this.#soon.delete(workspaceId);
    if (!this.#inFlight.has(workspaceId))
      this.#inFlight.set(workspaceId, this.#sendUntilNoneIsAskedFor(workspaceId, signal));
    else if (signal === 'resize' || !this.#again.has(workspaceId)) this.#again.set(workspaceId, signal);
  }

  wakeSoon(workspaceId: string): void {
    if (this.#soon.has(workspaceId)) return;
    // Spread: a storm begins for many workspaces at once, and their wakes must not hold up its requests together.
    const waitMs = WAKE_SOON_MS * (0.5 + Math.random() / 2);
    this.#soon.set(
      workspaceId,
      setTimeout(() => this.wake(workspaceId), waitMs),
    );
  }

  sent(workspaceId: string): Promise<void> {
    return this.#inFlight.get(workspaceId) ?? Promise.resolve();
  }

  async allSent(): Promise<void> {
    for (const workspaceId of this.#soon.keys()) this.wake(workspaceId);
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight.values());
  }

  async #sendUntilNoneIsAskedFor(workspaceId: string, first: GateSignal): Promise<void> {
    for (let next: GateSignal | undefined = first; next !== undefined;) {
      const asked = next;
      try {
        await this.#inTurn(() => this.#send(workspaceId, this.#withThoseBefore(workspaceId, asked)));
      } catch (error) {
        logRepeated(
          this.#log,
          'warn',
          { workspaceId, error },
          'the gate could not be woken; the sweep will find what waits',
        );
      }
      next = this.#again.get(workspaceId);
      this.#again.delete(workspaceId);
    }
    this.#inFlight.delete(workspaceId);
  }

  /** What was asked for while it waited for its turn is answered by this same signal: it is sent after their commits. */
  #withThoseBefore(workspaceId: string, asked: GateSignal): GateSignal {
    const meanwhile = this.#again.get(workspaceId);
    this.#again.delete(workspaceId);
    return asked === 'resize' ? asked : (meanwhile ?? asked);
  }
}
