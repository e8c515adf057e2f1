import { ProblemError } from '../errors/problem-error.ts';
import { NoAnswerError, type SluiceError } from '../errors/sluice-error.ts';
import { wait } from './waiting.ts';

/** Told to `onRetry` before each wait. */
export interface Retry {
  /** Why the last try was in vain. */
  readonly error: SluiceError;
  /** How many tries there were. */
  readonly tries: number;
  readonly waitMs: number;
}

export interface RetryRules {
  /** Milliseconds in which a request may be sent again. */
  readonly retryFor: number;
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

/** Between tries of which nobody says when to come again: twice as long each time, up to the second. */
const WAIT_MIN_MS = 100;
const WAIT_MAX_MS = 5_000;

/** So much of a wait is left to chance, so that clients that were refused together do not come again together. */
const SPREAD = 0.2;

/** What passes by itself: too slow, too many, and what proxies say while there is no server behind them. */
const PASSING_STATUSES = new Set([408, 429, 502, 503, 504]);

/**
 * Tries until there is an answer, a refusal that does not pass, or no time for another try. Waits as long as Retry-After asks; when that
 * is longer than there is time, the error comes at once.
 */
export async function retrying<T>(
  attempt: (tries: number) => Promise<T>,
  { retryFor, onRetry }: RetryRules,
  signal: AbortSignal | undefined,
): Promise<T> {
  const endMs = performance.now() + retryFor;
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await attempt(tries);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error)) throw error;
      const waitMs = waitAfter(error, tries);
      if (performance.now() + waitMs > endMs) throw error;
      onRetry?.({ error, tries, waitMs });
      await wait(waitMs, signal);
    }
  }
}

function isPassing(error: unknown): error is SluiceError & { status?: number } {
  if (error instanceof NoAnswerError) return true;
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && PASSING_STATUSES.has(status);
}

function waitAfter(error: SluiceError, tries: number): number {
  const asked = error instanceof ProblemError ? error.retryAfterSeconds : null;
  if (asked !== null) return asked * 1000 * (1 + SPREAD * Math.random());
  return Math.min(WAIT_MIN_MS * 2 ** (tries - 1), WAIT_MAX_MS) * (1 - SPREAD * Math.random());
}

/** Retry-After in seconds; null when there is none, or none that can be read. It may be a date. */
export function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
