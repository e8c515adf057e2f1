import Type from 'typebox';
import { findKey, listKeys } from '../../../db/keys/find-keys.ts';
import { revokeKey } from '../../../db/keys/revoke-key.ts';
import { actingOf } from '../../access/acting-of.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { pageFrom, pageLimit, pageQuery } from '../pages/pages.schemas.ts';
import { CreatedKey, Key, KeyPage, KeyParams } from './keys.schemas.ts';
import { keyView } from './keys.view.ts';
import { createKeyRoute, rotateKeyRoute } from './make-key.routes.ts';

export function keyRoutes(app: Api, deps: RouteDeps): void {
  for (const schema of [Key, CreatedKey, KeyPage]) app.addSchema(schema);
  createKeyRoute(app, deps);
  rotateKeyRoute(app, deps);
  listKeysRoute(app, deps);
  getKeyRoute(app, deps);
  revokeKeyRoute(app, deps);
}

/** A cursor holds the id of the last key of its page. */
const ID = /^[0-9A-Za-z]{12}$/;

const listSchema = {
  tags: ['Keys'],
  operationId: 'listKeys',
  summary: 'List keys',
  description: 'All that there ever were, without their secrets. Not the one of `ADMIN_KEY_FILE`.',
  querystring: Type.Object(pageQuery, { additionalProperties: false }),
  response: {
    200: answer('KeyPage', 'One page, in the order of their ids.'),
    ...problemAnswers('database-unavailable'),
  },
};

function listKeysRoute(app: Api, { database }: RouteDeps): void {
  app.get('/keys', { config: { right: 'admin' }, schema: listSchema }, async (request, reply) => {
    const { cursor } = request.query;
    const limit = pageLimit(request.query);
    const afterId = cursor === undefined ? null : decodeCursor(cursor, ID);
    const rows = await listKeys(database.db, { afterId, limit: limit + 1 });
    return reply.send(pageFrom(rows, limit, keyView, (last) => encodeCursor(last.id)));
  });
}

const getSchema = {
  tags: ['Keys'],
  operationId: 'getKey',
  summary: 'Read a key',
  description: 'Alive or not, without its secret.',
  params: KeyParams,
  response: {
    200: answer('Key', 'The key.'),
    ...problemAnswers('key-not-found', 'database-unavailable'),
  },
};

function getKeyRoute(app: Api, { database }: RouteDeps): void {
  app.get('/keys/:keyId', { config: { right: 'admin' }, schema: getSchema }, async (request, reply) =>
    reply.send(keyView(await findKey(database.db, request.params.keyId))),
  );
}

const revokeSchema = {
  tags: ['Keys'],
  operationId: 'revokeKey',
  summary: 'Revoke a key',
  description:
    'For good, and with it its read tokens and the streams that it has open. It takes effect within 3 s in every process. The key stays ' +
    'in the list. No body is needed.',
  params: KeyParams,
  response: {
    200: answer('Key', 'It is revoked, or was before.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'key-not-found',
      'unsupported-media-type',
      'database-unavailable',
      'database-full',
    ),
  },
};

function revokeKeyRoute(app: Api, { database, keys }: RouteDeps): void {
  const options = { config: { right: 'admin' }, preValidation: refuseBody, schema: revokeSchema } as const;
  app.delete('/keys/:keyId', options, async (request, reply) => {
    const { keyId } = request.params;
    const row = await revokeKey(database, keyId, actingOf(request));
    keys.forget(keyId);
    return reply.send(keyView(row));
  });
}
