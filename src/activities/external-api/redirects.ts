import { ApplicationFailure } from '@temporalio/common';
import { ExternalApiFailure } from '../../workflows/http-request/contract.ts';
import { type CheckedRequest, checkUrl } from './checked-request.ts';

/** As many as a browser would find odd, and far fewer than a loop needs. */
export const REDIRECTS_MAX = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The request that a redirect asks for; null when the answer is not one. As browsers do it, 303 becomes GET, and so does POST at 301 and
 * 302. To another origin nothing goes that the caller set: which header is a credential is known to the two of them alone.
 *
 * Fails, and is not retried, for what would carry a body to another origin or leave https, and with `InvalidRequest` for a target that
 * could not be asked for directly either.
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
  const next = { ...request, url, ...(toGet && { method: 'GET' as const, body: null }) };
  if (request.url.protocol === 'https:' && url.protocol !== 'https:')
    throw refused(request, url, 'it would leave https');
  if (url.origin === request.url.origin) return { ...next, headers: keptHeaders(request, toGet) };
  if (next.body !== null) throw refused(request, url, 'the body would go to another origin');
  return { ...next, headers: {} };
}

function keptHeaders({ headers }: CheckedRequest, toGet: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !(toGet && name.startsWith('content-'))),
  );
}

function refused(from: CheckedRequest, to: URL, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${from.url.origin} redirects to ${to.origin}, which is not followed: ${why}.`,
    ExternalApiFailure.redirectRefused,
  );
}
