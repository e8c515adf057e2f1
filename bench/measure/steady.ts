import { setTimeout as delay } from 'node:timers/promises';

export interface Steady {
  /** From one call to the next. */
  readonly intervalMs: number;
  /** Of the first call. Those that share a machine take turns by it. */
  readonly phaseMs: number;
  /** Asked before each call, with the number of calls so far; the loop ends when it is false. */
  goesOn(calls: number): boolean;
  call(): Promise<unknown>;
  /** Both in ms of `performance.now()`. */
  onTook(tookMs: number, endedMs: number): void;
}

/**
 * Calls at a steady rate, one call after another. A call that waited for the one before it counts from the moment at which it was due, so
 * that one that is held up is not the only one to show it.
 */
export async function steadily({ intervalMs, phaseMs, goesOn, call, onTook }: Steady): Promise<void> {
  const firstMs = performance.now() + phaseMs;
  for (let calls = 0; goesOn(calls); calls++) {
    const dueMs = firstMs + calls * intervalMs;
    const aheadMs = dueMs - performance.now();
    if (aheadMs > 0) await delay(aheadMs);
    // A timer that is late is not the callee's.
    const begunMs = aheadMs > 0 ? performance.now() : dueMs;
    await call();
    const endedMs = performance.now();
    onTook(endedMs - begunMs, endedMs);
  }
}
