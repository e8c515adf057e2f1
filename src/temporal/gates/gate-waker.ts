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
  /** Asks for a wake within WAKE_SOON_MS, and for none of its own if another is sent before: for what no slot is free for. */
  wakeSoon(workspaceId: string): void;
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
  send: (workspaceId: string, signal: GateSignal) => Promise<void>,
  log: Log,
  { atOnce = WAKES_AT_ONCE }: { atOnce?: number } = {},
): GateWaker {
  const inTurn = limitConcurrency(atOnce);
  const inFlight = new Map<string, Promise<void>>();
  const again = new Map<string, GateSignal>();
  const soon = new Map<string, NodeJS.Timeout>();

  /** What was asked for while it waited for its turn is answered by this same signal: it is sent after their commits. */
  const withThoseBefore = (workspaceId: string, asked: GateSignal): GateSignal => {
    const meanwhile = again.get(workspaceId);
    again.delete(workspaceId);
    return asked === 'resize' ? asked : (meanwhile ?? asked);
  };

  const run = async (workspaceId: string, first: GateSignal) => {
    for (let next: GateSignal | undefined = first; next !== undefined;) {
      const asked = next;
      try {
        await inTurn(() => send(workspaceId, withThoseBefore(workspaceId, asked)));
      } catch (error) {
        logRepeated(
          log,
          'warn',
          { workspaceId, error },
          'the gate could not be woken; the sweep will find what waits',
        );
      }
      next = again.get(workspaceId);
      again.delete(workspaceId);
    }
    inFlight.delete(workspaceId);
  };

  const wake = (workspaceId: string, signal: GateSignal = 'wake') => {
    // What is sent from here on is sent after the commit that a later wake was for.
    clearTimeout(soon.get(workspaceId));
    soon.delete(workspaceId);
    if (inFlight.has(workspaceId)) {
      if (signal === 'resize' || !again.has(workspaceId)) again.set(workspaceId, signal);
      return;
    }
    inFlight.set(workspaceId, run(workspaceId, signal));
  };

  return {
    wake,
    wakeSoon(workspaceId) {
      if (!soon.has(workspaceId))
        soon.set(
          workspaceId,
          // Spread: a storm begins for many workspaces at once, and their wakes must not hold up its requests together.
          setTimeout(() => wake(workspaceId), WAKE_SOON_MS * (0.5 + Math.random() / 2)),
        );
    },
    async allSent() {
      for (const workspaceId of soon.keys()) wake(workspaceId);
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
  };
}
