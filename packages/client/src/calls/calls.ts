import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/api.ts';
import { problemError } from '../errors/problems.ts';
import { NoAnswerError, SluiceError, UnexpectedAnswerError } from '../errors/sluice-error.ts';
import { type RetryRules, retryAfterSeconds, retrying } from './retry.ts';
import { withDeadline } from './waiting.ts';

/** Of every call. */
export interface CallOptions {
  /** Ends the call, its waits included; it then rejects with the signal's reason. What was asked for may have been done all the same. */
  readonly signal?: AbortSignal | undefined;
}

export interface CallSettings extends RetryRules {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Milliseconds that one try may take. */
  readonly requestTimeout: number;
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

export type Api = Client<paths>;

/** What openapi-fetch makes of an answer. */
interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** An answer of success. */
export interface Sent<T> {
  readonly data: T;
  readonly status: number;
}

interface SendOptions {
  /** Beside the time that one try may take anyway. */
  readonly mayWaitMs?: number;
  /** Milliseconds: `retryFor`, but at most that long. */
  readonly retryForMax?: number;
  /** Whether 204 is a success too. */
  readonly mayBeEmpty?: boolean;
}

/** Sends a request, as often as it takes, and throws any answer but success. Retry rules that are not given are the client's. */
export type Send = <T>(
  attempt: (api: Api, signal: AbortSignal, tries: number) => Promise<Answer<T>>,
  options?: CallOptions & Partial<RetryRules> & SendOptions,
) => Promise<Sent<T>>;

/** Some of a text that is not ours: enough to tell whose it is. */
const SHOWN_MAX_CHARS = 200;

export function createCalls(settings: CallSettings): Send {
  const { baseUrl, apiKey, requestTimeout, fetch = globalThis.fetch } = settings;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

  return async (
    attempt,
    { signal, mayWaitMs = 0, retryForMax = Infinity, mayBeEmpty = false, ...rules } = {},
  ) => {
    const retryRules = { ...settings, ...rules };
    return retrying(
      async (tries) => {
        let sent = false;
        const send = (request: Request) => {
          sent = true;
          return fetch(request);
        };
        const timeoutMs = requestTimeout + mayWaitMs;
        const tookTooLong = () => new Error(`no answer within ${timeoutMs} ms`);
        const api = createClient<paths>({ baseUrl, headers, fetch: send });
        try {
          const answer = await withDeadline(timeoutMs, tookTooLong, signal, (limited) =>
            attempt(api, limited, tries),
          );
          return successOf(answer, baseUrl, mayBeEmpty);
        } catch (error) {
          // Before it was sent: an input that is no JSON, or a URL that is none.
          if (!sent || error instanceof SluiceError) throw error;
          if (error instanceof SyntaxError)
            throw new UnexpectedAnswerError(baseUrl, 200, `a text that is not JSON: ${error.message}`);
          throw new NoAnswerError(baseUrl, tries, error);
        }
      },
      { ...retryRules, retryFor: Math.min(retryRules.retryFor, retryForMax) },
      signal,
    );
  };
}

function successOf<T>({ data, error, response }: Answer<T>, baseUrl: string, mayBeEmpty: boolean): Sent<T> {
  const { ok, status, headers } = response;
  if (ok && typeof data === 'object' && data !== null) return { data, status };
  if (mayBeEmpty && status === 204) return { data: data as T, status };
  const problem = problemError(error, retryAfterSeconds(headers));
  if (problem !== null) throw problem;
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? data ?? null);
  throw new UnexpectedAnswerError(baseUrl, status, text.slice(0, SHOWN_MAX_CHARS));
}
