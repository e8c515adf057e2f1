/** Methods by which a page can change nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** What a browser says of a request that no other page has made: its own page, or the person at the address bar. */
const OWN_SITES = new Set(['same-origin', 'none']);

/** Thrown when a browser sends, or asks to send, what a page of another origin made. */
export class ForeignOriginError extends Error {
  override readonly name = 'ForeignOriginError';

  constructor() {
    super('A web page of another origin may not do this. Name its origin in CORS_ORIGINS if it is yours.');
  }
}

/** The parts of a request that tell whether another page made it. */
export interface PageRequest {
  readonly method: string;
  /** The header Host, or the authority of an absolute target. */
  readonly authority: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The origins of a setting, each in the form in which browsers send it. */
export function originsOf(setting: string): readonly string[] {
  return setting === '' ? [] : setting.split(',').map((origin) => new URL(origin).origin);
}

/** A browser's question whether a page may send a request. */
export function isPreflight({ method, headers }: Pick<PageRequest, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/**
 * Whether this is an unsafe request, or the question for one, that a page of another origin made. Either header is enough: a browser
 * that does not send one sends the other. Other clients send neither. Another port of the same host is another origin.
 */
export function isForeign(request: PageRequest, trusted: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (SAFE_METHODS.has(request.method) && !isPreflight(request)) return false;
  if (typeof origin === 'string' && trusted.includes(origin)) return false;
  if (site !== undefined && !OWN_SITES.has(String(site))) return true;
  return origin !== undefined && !isOwnOrigin(String(origin), request.authority);
}

/**
 * Whether this changes nothing, or a page of ours made it, for who is let in by what a browser adds by itself: no word of the browser is not
 * enough, and no other origin is trusted. `Sec-Fetch-Site` alone decides where there is one; over plain HTTP there is none.
 */
export function isFromOwnPage({ method, authority, headers }: PageRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (SAFE_METHODS.has(method)) return true;
  return site === undefined
    ? origin !== undefined && isOwnOrigin(String(origin), authority)
    : site === 'same-origin';
}

/** By host and port alone: a proxy that ends TLS speaks HTTP to us. A default port may be left out or written. */
function isOwnOrigin(origin: string, authority: string): boolean {
  try {
    const { protocol, host } = new URL(origin);
    return host !== '' && host === new URL(`${protocol}//${authority}`).host;
  } catch {
    return false;
  }
}
