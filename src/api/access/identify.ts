import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../domain/keys/rights.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { KnownKey } from '../../keys/known-key.ts';
import { isSecret, parseKey } from '../../keys/key-text.ts';
import { isOfKey, parseReadToken } from '../../keys/read-token.ts';
import { isSessionOfKey, parseSessionToken } from '../../keys/session-token.ts';
import { ForeignOriginError, isFromOwnPage } from '../boundary/foreign-origin.ts';
import { sessionOf } from '../session/session-cookie.ts';
import { UnauthenticatedError } from './access-errors.ts';

/**
 * Who asks: by `Authorization: Bearer`, where a route takes one by the read token in the query, or by the cookie of a session. At once for a
 * key that was looked at lately.
 *
 * @throws UnauthenticatedError, ForeignOriginError
 */
export function identify(request: FastifyRequest, keys: KeyRing): Principal | Promise<Principal> {
  const { authorization } = request.headers;
  const { token } = request.query as { token?: string | string[] };
  if (
    authorization === undefined &&
    token !== undefined &&
    request.routeOptions.config.takesReadToken === true
  )
    return byReadToken([token].flat().join(), request.params as { executionId?: string }, keys);
  if (authorization === undefined) return bySession(request, keys);
  const parts = parseKey(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
  if (parts === null) throw new UnauthenticatedError(false);
  return withKey(keys, parts.id, (key) => {
    if (!isSecret(parts.secret, key.secretHash)) throw new UnauthenticatedError(false);
    return key.principal;
  });
}

/** A token lets somebody read its one execution for as long as its key could. */
function byReadToken(
  text: string,
  { executionId }: { executionId?: string },
  keys: KeyRing,
): Principal | Promise<Principal> {
  const token = parseReadToken(text);
  if (token === null || token.executionId !== executionId?.toLowerCase())
    throw new UnauthenticatedError(false);
  return withKey(keys, token.keyId, (key) => {
    const { principal } = key;
    if (!isOfKey(token, key) || !principal.rights.has('read')) throw new UnauthenticatedError(false);
    return { ...principal, rights: READS, expiresAt: token.expiresAt };
  });
}

/** A browser adds the cookie to whatever it sends: so what changes something has to come from a page of ours, and from none that CORS_ORIGINS names. */
function bySession({ raw, headers }: FastifyRequest, keys: KeyRing): Principal | Promise<Principal> {
  const text = sessionOf(headers.cookie);
  if (text === null) throw new UnauthenticatedError(true);
  if (!isFromOwnPage({ method: raw.method ?? '', headers, authority: headers.host ?? '' }))
    throw new ForeignOriginError();
  const token = parseSessionToken(text);
  if (token === null) throw new UnauthenticatedError(false);
  return withKey(keys, token.keyId, (key) => {
    if (!isSessionOfKey(token, key)) throw new UnauthenticatedError(false);
    return { ...key.principal, expiresAt: token.expiresAt };
  });
}

const READS: Principal['rights'] = new Set(['read'] as const);

function withKey(
  keys: KeyRing,
  id: string,
  check: (key: KnownKey) => Principal,
): Principal | Promise<Principal> {
  const checked = (key: KnownKey | null) => {
    if (key === null) throw new UnauthenticatedError(false);
    const principal = check(key);
    keys.used(key);
    return principal;
  };
  const key = keys.find(id);
  return key instanceof Promise ? key.then(checked) : checked(key);
}
