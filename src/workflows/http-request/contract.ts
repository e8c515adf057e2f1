/** What `httpRequest` and its activity agree on. */

export interface HttpRequest {
  /** GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. Defaults to GET. */
  readonly method?: string;
  /** http or https, without user and password in it. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is; any other value as JSON. Not with GET or HEAD. */
  readonly body?: unknown;
  /** Longest time for one attempt, redirects included. Defaults to 30, at most 300. */
  readonly timeoutSeconds?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; several values of one name are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded as UTF-8. */
  readonly body: string;
  /** Set when the body was longer than EXTERNAL_API_MAX_RESPONSE_BYTES: `body` is its beginning. */
  readonly truncated?: true;
}

export interface ExternalApiActivities {
  /**
   * Makes one HTTP call. Answers from 200 to 399 are returned (redirects are followed first). 4xx fails for good, except 408
   * and 429, which are tried again as 5xx and network errors are.
   */
  callExternalApi(request: HttpRequest): Promise<HttpAnswer>;
}

export const HTTP_TIMEOUT_DEFAULT_SECONDS = 30;
/** More belongs into a workflow of its own, with heartbeats that say how far it is. */
export const HTTP_TIMEOUT_MAX_SECONDS = 300;

/** Failure types of `callExternalApi`. */
export const ExternalApiFailure = {
  /** The request cannot be sent as it is. Not retried. */
  invalidRequest: 'InvalidRequest',
  /** The address is loopback, private or otherwise not public. Not retried. */
  addressRefused: 'AddressRefused',
  /** Answered 4xx. Not retried. */
  clientError: 'HttpClientError',
  /** Answered 408, 429 or 5xx. Retried. */
  serverError: 'HttpServerError',
  /** The workspace has more calls than its share of the workers. Retried. */
  shareFull: 'ShareFull',
  tooManyRedirects: 'TooManyRedirects',
  /** A redirect would leave https, or carry the body to another origin. Not retried. */
  redirectRefused: 'RedirectRefused',
  /** No answer: refused, broken off, timed out, or the name has no address. Retried. */
  unreachable: 'Unreachable',
} as const;

/** Returns the time limit that a request asks for, or the reason why it is refused. */
export function httpTimeoutSeconds(request: unknown): { seconds: number } | { problem: string } {
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    return { problem: 'the input must be an object with a url' };
  const { timeoutSeconds: seconds = HTTP_TIMEOUT_DEFAULT_SECONDS } = request as { timeoutSeconds?: unknown };
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= HTTP_TIMEOUT_MAX_SECONDS)) {
    return { problem: `timeoutSeconds must be a number above 0 and at most ${HTTP_TIMEOUT_MAX_SECONDS}` };
  }
  return { seconds };
}
