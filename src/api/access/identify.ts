import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../domain/keys/rights.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { KnownKey } from '../../keys/known-key.ts';
import { isSecret, parseKey } from '../../keys/key-text.ts';
import { isOfKey, parseReadToken } from '../../keys/read-token.ts';
import { UnauthenticatedError } from './access-errors.ts';

/**
 * Who asks, by `Authorization: Bearer` or, where a route takes one, by the read token in the query. At once for a key that was looked at
 * lately.
 *
 * @throws UnauthenticatedError
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
  if (authorization === undefined) throw new UnauthenticatedError(true);
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
