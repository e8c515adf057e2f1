import { setTimeout as delay } from 'node:timers/promises';

/** Holds a slot for that long. */
export async function work(ms: number): Promise<number> {
  await delay(ms);
  return ms;
}
