import { type CheckedRequest, checkUrl } from './checked-request.ts';

/** As many as a browser would find odd, and far fewer than a loop needs. */
export const REDIRECTS_MAX = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What belongs to one origin only. */
const CREDENTIAL_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * The request that a redirect asks for; null when the answer is not one. As browsers do it: 303 becomes GET, and so does POST
 * at 301 and 302; credentials stay with their origin. Throws `InvalidRequest` for a target that could not be asked for
 * directly either.
 */
export function redirected(
  request: CheckedRequest,
  status: number,
  location: string | undefined,
): CheckedRequest | null {
  if (!REDIRECTS.has(status) || location === undefined) return null;
  const url = checkUrl(location, request.url);
  const toGet =
    (status === 303 && request.method !== 'HEAD') ||
    (request.method === 'POST' && (status === 301 || status === 302));
  const crossesOrigin = url.origin !== request.url.origin;
  const kept = Object.entries(request.headers).filter(
    ([name]) => !(crossesOrigin && CREDENTIAL_HEADERS.has(name)) && !(toGet && name.startsWith('content-')),
  );
  return {
    ...request,
    url,
    headers: Object.fromEntries(kept),
    ...(toGet && { method: 'GET' as const, body: null }),
  };
}
