import { randomBytes } from 'node:crypto';
import { findExecution } from '../../../db/executions/find-execution.ts';
import { ANONYMOUS, idInRows, type Principal } from '../../../domain/keys/rights.ts';
import type { KeyRing } from '../../../keys/key-ring.ts';
import type { KnownKey } from '../../../keys/known-key.ts';
import { newReadToken } from '../../../keys/read-token.ts';
import { UnauthenticatedError } from '../../access/access-errors.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { ExecutionParams } from './executions.schemas.ts';
import { READ_TOKEN_SECONDS, ReadToken, ReadTokenBody } from './read-token.schemas.ts';
import { byId } from './by-id.ts';

const BODY_MAX_BYTES = 1_024;

const schema = {
  tags: ['Executions'],
  operationId: 'createReadToken',
  summary: 'Make a token that reads one execution for a while',
  description:
    "For a browser's EventSource, which can send no header: the token goes into the query. It reads this execution and nothing else, for an " +
    'hour at most, and ends with the key that made it. It is left out of our logs; a proxy may write it into its own.',
  params: ExecutionParams,
  body: ReadTokenBody,
  response: {
    201: answer('ReadToken', 'The token.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'workspace-not-found',
      'execution-not-found',
      'payload-too-large',
      'unsupported-media-type',
      'database-unavailable',
    ),
  },
};

export function readTokenRoute(app: Api, { database, keys, inbox }: RouteDeps): void {
  app.addSchema(ReadToken);
  const url = '/workspaces/:workspaceId/executions/:executionId/tokens';
  const options = { config: { right: 'read' }, bodyLimit: BODY_MAX_BYTES, schema } as const;
  app.post(url, options, async ({ params, body, principal }, reply) => {
    const { execution } = await byId({ inbox }, params, (id) =>
      findExecution(database.db, params.workspaceId, id),
    );
    const expiresAt = earlierOf(principal.expiresAt, body.expiresInSeconds ?? READ_TOKEN_SECONDS);
    const token = newReadToken(await keyOf(principal, keys), execution.id, expiresAt);
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ token, expiresAt: expiresAt.toISOString() });
  });
}

/** In whole seconds, as the token has it. */
function earlierOf(keyExpiresAt: Date | null, seconds: number): Date {
  const atMs = Math.min(Date.now() + seconds * 1_000, keyExpiresAt?.getTime() ?? Infinity);
  return new Date(Math.floor(atMs / 1_000) * 1_000);
}

/** Where no key is needed, a token is one in its form alone: a page works with both. */
const NOBODY: KnownKey = {
  principal: { ...ANONYMOUS, id: '0'.repeat(12) },
  secretHash: randomBytes(32),
  isRevoked: false,
  lastUsedAt: null,
};

async function keyOf(principal: Principal, keys: KeyRing): Promise<KnownKey> {
  if (idInRows(principal) === null) return NOBODY;
  const key = await keys.find(principal.id);
  if (key === null) throw new UnauthenticatedError(false);
  return key;
}
