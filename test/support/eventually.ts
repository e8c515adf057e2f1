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

/**
 * Holds for as long as `during` takes: fails as soon as one look throws. For claims that something does not happen, with an event
 * instead of a sleep to say how long.
 */
export async function throughout<T>(look: () => Promise<void> | void, during: Promise<T>): Promise<T> {
  let over = false;
  const watching = (async () => {
    while (!over) {
      await look();
      await delay(POLL_INTERVAL_MS);
    }
  })();
  try {
    return await Promise.race([during, watching.then(() => during)]);
  } finally {
    over = true;
    await watching;
  }
}
