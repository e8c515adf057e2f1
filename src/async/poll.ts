import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;

/** Asks until the condition holds; false when it does not within the deadline. */
export async function poll(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await delay(POLL_INTERVAL_MS);
  }
}
