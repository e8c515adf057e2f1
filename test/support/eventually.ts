import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;

/** Waits until `look` returns without throwing, and returns what it returned; at the deadline, throws what it threw last. */
export async function eventually<T>(look: () => Promise<T> | T, deadlineMs = 20_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Waits until `look` returns something equal to `expected`. */
export async function eventuallyEqual<T>(
  look: () => Promise<T> | T,
  expected: T,
  deadlineMs?: number,
): Promise<void> {
  await eventually(async () => assert.deepEqual(await look(), expected), deadlineMs);
}
