import type { NotNow } from './send/judge-answer.ts';

/** Where nobody says how long to wait: twice as long each time. */
const WAIT_MIN_MS = 250;
const WAIT_MAX_MS = 15_000;
/** For what somebody has to put right first: a key, a right, an address. */
const WAIT_FOR_PEOPLE_MS = 15_000;
const FOR_PEOPLE = ['unauthenticated', 'forbidden'];

/** So much of a wait is left to chance, so that relays that were refused together do not come again together. */
const SPREAD = 0.3;

/** How long to wait after so many failures in a row, the last of them included: never less than was asked for. */
export function waitMsAfter({ reason, retryAfterSeconds }: NotNow, failures: number): number {
  if (FOR_PEOPLE.includes(reason)) return WAIT_FOR_PEOPLE_MS * (1 + SPREAD * Math.random());
  if (retryAfterSeconds !== null) return retryAfterSeconds * 1000 * (1 + SPREAD * Math.random());
  return Math.min(WAIT_MIN_MS * 2 ** (failures - 1), WAIT_MAX_MS) * (1 - SPREAD * Math.random());
}

/** While Sluice as a whole takes nothing. Failures of requests that were under way together count as one. */
export class Outage {
  #failures = 0;
  #untilMs = 0;
  #last: NotNow | null = null;

  /** Why nothing may be sent now, or was not taken the last time; null while all is well. */
  get last(): NotNow | null {
    return this.#last;
  }

  /** Whether it is too early for another try. */
  isOn(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  failed(notNow: NotNow, nowMs: number): void {
    if (this.isOn(nowMs)) return;
    this.#failures += 1;
    this.#last = notNow;
    this.#untilMs = nowMs + waitMsAfter(notNow, this.#failures);
  }

  answered(): void {
    this.#failures = 0;
    this.#untilMs = 0;
    this.#last = null;
  }
}
