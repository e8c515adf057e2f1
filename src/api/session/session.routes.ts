import type { FastifyRequest } from 'fastify';
import { ANONYMOUS, idInRows, type Principal } from '../../domain/keys/rights.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { KnownKey } from '../../keys/known-key.ts';
import { isSecret, parseKey } from '../../keys/key-text.ts';
import { newSessionToken, SESSION_SECONDS } from '../../keys/session-token.ts';
import { UnauthenticatedError } from '../access/access-errors.ts';
import { identify } from '../access/identify.ts';
import { answer } from '../openapi/documented-answer.ts';
import { openProblemAnswers } from '../problems/problem.ts';
import type { Api, RouteDeps } from '../server/api.ts';
import { sessionCookie } from './session-cookie.ts';
import { Session, SessionBody } from './session.schemas.ts';

const BODY_MAX_BYTES = 1_024;

/** Anybody may ask: who has no session is told so by 401. */
const config = { right: 'none' } as const;

const cookieHeader = {
  'Set-Cookie': { type: 'string', description: '`sluice_session`: HttpOnly, SameSite=Strict.' },
};

const beginSchema = {
  tags: ['Session'],
  operationId: 'beginSession',
  summary: 'Exchange a key for a session of this browser',
  description:
    'For the board. The cookie stands for the key where a browser sends it: for twelve hours, and never longer than the key holds; a key that is ' +
    'revoked ends it within 3 s. Requests that change something are taken from pages of this API alone. Programs send the key itself.',
  body: SessionBody,
  response: {
    204: {
      type: 'null',
      description: 'The session has begun, or none is needed here.',
      headers: cookieHeader,
    },
    ...openProblemAnswers(
      'malformed-json',
      'unauthenticated',
      'foreign-origin',
      'payload-too-large',
      'unsupported-media-type',
      'database-unavailable',
    ),
  },
};

const readSchema = {
  tags: ['Session'],
  operationId: 'getSession',
  summary: 'Read who asks, and what it may do',
  response: {
    200: answer('Session', 'The key that the request was let in by.'),
    ...openProblemAnswers('unauthenticated', 'database-unavailable'),
  },
};

const endSchema = {
  tags: ['Session'],
  operationId: 'endSession',
  summary: 'End the session of this browser',
  description: 'The key stays: `DELETE /v1/keys/{keyId}` ends all of its sessions.',
  response: {
    204: { type: 'null', description: 'The browser has no session any more.', headers: cookieHeader },
    ...openProblemAnswers('foreign-origin'),
  },
};

/** What the board signs in by. Outside of /v1: a session is a browser's, and no program needs one. */
export function sessionRoutes(app: Api, { config: { AUTH }, keys }: RouteDeps): void {
  app.addSchema(Session);
  const beginOptions = { config, bodyLimit: BODY_MAX_BYTES, schema: beginSchema } as const;
  app.post('/session', beginOptions, async (request, reply) => {
    if (AUTH === 'none') return reply.code(204).send();
    const key = await keyOf(request.body.key, keys);
    const endsAt = endOf(key.principal);
    const life = { maxAgeSeconds: Math.ceil((endsAt.getTime() - Date.now()) / 1_000), ...wayOf(request) };
    return reply
      .code(204)
      .header('cache-control', 'no-store')
      .header('set-cookie', sessionCookie(newSessionToken(key, endsAt), life))
      .send();
  });
  app.get('/session', { config, schema: readSchema }, async (request, reply) => {
    const principal = AUTH === 'none' ? ANONYMOUS : await identify(request, keys);
    return reply.header('cache-control', 'no-store').send(sessionView(AUTH, principal));
  });
  app.delete('/session', { config, schema: endSchema }, async (request, reply) =>
    reply
      .code(204)
      .header('set-cookie', sessionCookie('', { maxAgeSeconds: 0, ...wayOf(request) }))
      .send(),
  );
}

async function keyOf(text: string, keys: KeyRing): Promise<KnownKey> {
  const parts = parseKey(text.trim());
  const key = parts === null ? null : await keys.find(parts.id);
  if (parts === null || key === null || !isSecret(parts.secret, key.secretHash))
    throw new UnauthenticatedError(false);
  keys.used(key);
  return key;
}

/** In whole seconds, as the token has it. */
function endOf({ expiresAt }: Principal): Date {
  const atMs = Math.min(Date.now() + SESSION_SECONDS * 1_000, expiresAt?.getTime() ?? Infinity);
  return new Date(Math.floor(atMs / 1_000) * 1_000);
}

/** As the browser says that it came: a proxy that ends TLS speaks HTTP to us. */
function wayOf({ headers }: FastifyRequest): { isSecure: boolean } {
  return { isSecure: headers.origin?.startsWith('https:') === true };
}

function sessionView(auth: Session['auth'], principal: Principal): Session {
  return {
    auth,
    keyId: idInRows(principal),
    workspaceId: principal.workspaceId,
    rights: [...principal.rights],
    expiresAt: principal.expiresAt?.toISOString() ?? null,
  };
}
