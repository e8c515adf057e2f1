import { createKey } from '../../../db/keys/create-key.ts';
import type { KeySummaryRow } from '../../../db/keys/key-row.ts';
import { rotateKey } from '../../../db/keys/rotate-key.ts';
import { ALL_WORKSPACES, idInRows } from '../../../domain/keys/rights.ts';
import { GRACE_SECONDS } from '../../../keys/key-rules.ts';
import { newKey } from '../../../keys/key-text.ts';
import { actingOf } from '../../access/acting-of.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { grantedKey, momentOf } from './asked-key.ts';
import { CreateKeyBody, type CreatedKey, KeyParams, RotateKeyBody } from './keys.schemas.ts';
import { keyView } from './keys.view.ts';

/** A name and some words. */
const BODY_MAX_BYTES = 16 * 1024;

const makeProblems = [
  'malformed-json',
  'foreign-origin',
  'key-beyond-own',
  'payload-too-large',
  'unsupported-media-type',
  'database-unavailable',
  'database-full',
] as const;

const createSchema = {
  tags: ['Keys'],
  operationId: 'createKey',
  summary: 'Make a key',
  description:
    'Never one that may do more than the key that makes it, or for longer. The answer is the only place where its secret is shown: when ' +
    'it is lost, revoke the key and make another.',
  body: CreateKeyBody,
  response: {
    201: answer('CreatedKey', 'The key, with its secret.'),
    ...problemAnswers(...makeProblems, 'workspace-not-found', 'workspace-deleting'),
  },
};

export function createKeyRoute(app: Api, { database }: RouteDeps): void {
  const options = { config: { right: 'admin' }, bodyLimit: BODY_MAX_BYTES, schema: createSchema } as const;
  app.post('/keys', options, async (request, reply) => {
    const { name, workspaceId, rights, expiresAt } = request.body;
    const granted = grantedKey(request.principal, { workspaceId, rights, expiresAt: momentOf(expiresAt) });
    const { text, ...made } = newKey();
    const createdBy = idInRows(request.principal);
    const row = await createKey(database, { name, ...granted, ...made, createdBy }, actingOf(request));
    return reply.code(201).header('cache-control', 'no-store').send(createdView(row, text));
  });
}

const rotateSchema = {
  tags: ['Keys'],
  operationId: 'rotateKey',
  summary: 'Make a key that takes the place of another',
  description:
    'The new key may do what the old one may. Both hold until the grace is over, so that the new one can be rolled out; then the old one ' +
    'has expired. A key is rotated once.',
  params: KeyParams,
  body: RotateKeyBody,
  response: {
    201: answer('CreatedKey', 'The new key, with its secret.'),
    ...problemAnswers(...makeProblems, 'key-not-found', 'key-not-alive'),
  },
};

export function rotateKeyRoute(app: Api, { database, keys }: RouteDeps): void {
  const options = { config: { right: 'admin' }, bodyLimit: BODY_MAX_BYTES, schema: rotateSchema } as const;
  app.post('/keys/:keyId/rotate', options, async (request, reply) => {
    const { graceSeconds = GRACE_SECONDS, expiresAt } = request.body;
    const { principal } = request;
    const { keyId } = request.params;
    const given = momentOf(expiresAt);
    const { text, ...made } = newKey();
    const row = await rotateKey(
      database,
      {
        id: keyId,
        graceSeconds,
        successor: { ...made, createdBy: idInRows(principal) },
        ...(given !== undefined && { expiresAt: given }),
      },
      (key) => void grantedKey(principal, { ...key, workspaceId: key.workspaceId ?? ALL_WORKSPACES }),
      actingOf(request),
    );
    keys.forget(keyId);
    return reply.code(201).header('cache-control', 'no-store').send(createdView(row, text));
  });
}

function createdView(row: KeySummaryRow, key: string): CreatedKey {
  return { ...keyView(row), key };
}
