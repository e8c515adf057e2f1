import rateLimit from '@fastify/rate-limit';
import type { Config } from '../../config/config.ts';
import type { Api } from '../server/api.ts';

/** A caller that was refused may try again after that time at the latest. */
const WINDOW_MS = 1_000;

/** Thrown when a key sends more requests within a second than it may. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  readonly perSecond: number;

  constructor(perSecond: number) {
    super(
      `The key may send ${perSecond} requests a second to one API process, and this is one too many. Nothing was done; send it again.`,
    );
    this.perSecond = perSecond;
  }
}

/**
 * Bounds the requests of each key, its read tokens included, so that one caller does not take the API from the others; the queue's own bounds
 * are apart from this. Each process counts for itself. Before the routes that it is to hold for, and after the guard that tells who asks.
 */
export async function limitRequests(
  app: Api,
  { AUTH, KEY_REQUESTS_PER_SECOND: perSecond }: Pick<Config, 'AUTH' | 'KEY_REQUESTS_PER_SECOND'>,
): Promise<void> {
  if (AUTH === 'none') return;
  await app.register(rateLimit, {
    global: false,
    max: perSecond,
    timeWindow: WINDOW_MS,
    store: WindowCounts,
    keyGenerator: ({ principal }) => principal.id,
    addHeaders: NO_HEADERS,
    addHeadersOnExceeding: NO_HEADERS,
    errorResponseBuilder: () => new TooManyRequestsError(perSecond),
  });
  const limit = app.rateLimit();
  app.addHook('onRoute', (route) => {
    const { right = 'none' } = route.config ?? {};
    if (right !== 'none') route.onRequest = [route.onRequest ?? [], limit].flat();
  });
}

/**
 * How often each key has asked in this window, which is one for all. Not the plugin's own store: that one gives requests of one moment the same
 * count, the highest, and all of them would be refused.
 */
class WindowCounts {
  readonly #counts = new Map<string, number>();
  #beginMs = 0;

  incr(
    key: string,
    done: (error: Error | null, result: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const nowMs = Date.now();
    if (nowMs - this.#beginMs >= windowMs) {
      this.#counts.clear();
      this.#beginMs = nowMs;
    }
    const current = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, current);
    done(null, { current, ttl: this.#beginMs + windowMs - nowMs });
  }

  child(): this {
    return this;
  }
}

/** Retry-After is ours; the others cost more than they tell. */
const NO_HEADERS = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
};
