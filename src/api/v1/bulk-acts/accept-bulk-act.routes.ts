import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptBulkAct } from '../../../db/bulk-acts/accept-bulk-act.ts';
import { now } from '../../../db/connection/now.ts';
import { countMatching } from '../../../db/bulk-acts/count-matching.ts';
import { readProgress } from '../../../db/bulk-acts/find-bulk-act.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import type { BulkActKind } from '../../../domain/bulk/bulk-act.ts';
import { idInRows, type Right } from '../../../domain/keys/rights.ts';
import { requireRight } from '../../access/guard-routes.ts';
import { answer, locationHeader } from '../../openapi/documented-answer.ts';
import { problemAnswers, type ProblemName } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { EnqueueHeaders } from '../executions/enqueue/enqueue.schemas.ts';
import { filterOf } from '../executions/lists/list-executions.schemas.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { BulkActBody } from './bulk-acts.schemas.ts';
import { bulkActView } from './bulk-acts.view.ts';

/** A filter with its longest labels, escaped. */
const BODY_MAX_BYTES = 64 * 1024;

/** What each act needs; the routes let in who has one of them. */
const NEEDED: Readonly<Record<BulkActKind, Right>> = {
  cancel: 'cancel',
  terminate: 'cancel',
  rerun: 'enqueue',
};

const DESCRIPTION =
  'Counts the executions that match and, unless it is a preview, accepts the act and answers. Workers carry it on from its row, a hundred at a time, ' +
  'whatever dies meanwhile. It is about the executions that existed when it was accepted; each is looked at again when it comes to it, and only ' +
  'what can be ended is. A rerun waits while the queue has no room, and runs each execution again once. `cancel` and `terminate` need the right to ' +
  'cancel, `rerun` the right to enqueue. With an Idempotency-Key a repeat answers with the first act.';

const schemaOf = (operationId: string, summary: string, ...problems: ProblemName[]) => ({
  tags: ['Bulk acts'],
  operationId,
  summary,
  description: DESCRIPTION,
  body: BulkActBody,
  headers: EnqueueHeaders,
  response: {
    200: answer('BulkPreview', 'Of a preview: how many match.'),
    202: answer('BulkAct', 'It is accepted, or was before under the same Idempotency-Key.', locationHeader),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'matching-changed',
      'idempotency-key-reused',
      'payload-too-large',
      'unsupported-media-type',
      'database-unavailable',
      'database-full',
      'request-timed-out',
      ...problems,
    ),
  },
});

const ofWorkspace = {
  ...schemaOf(
    'actOnMatching',
    'Cancel, terminate or run again all executions of a workspace that match',
    'workspace-not-found',
  ),
  params: WorkspaceParams,
};

const ofAll = schemaOf(
  'actOnMatchingOfAll',
  'Cancel, terminate or run again all executions that match, in all workspaces',
);

export function acceptBulkActRoutes(app: Api, deps: RouteDeps): void {
  const options = { config: { right: 'cancel', orRight: 'enqueue' }, bodyLimit: BODY_MAX_BYTES } as const;
  app.post(
    '/workspaces/:workspaceId/bulk-acts',
    { ...options, schema: ofWorkspace },
    async (request, reply) => {
      const { workspaceId } = request.params;
      requireRight(request, NEEDED[request.body.act]);
      await findWorkspace(deps.database.db, workspaceId);
      return accept(request, reply, deps, workspaceId);
    },
  );
  app.post('/bulk-acts', { ...options, schema: ofAll }, async (request, reply) => {
    requireRight(request, NEEDED[request.body.act]);
    return accept(request, reply, deps, null);
  });
}

async function accept(
  request: Pick<FastifyRequest, 'principal' | 'log'> & {
    readonly body: BulkActBody;
    readonly headers: { readonly 'idempotency-key'?: string };
  },
  reply: FastifyReply,
  { database }: RouteDeps,
  workspaceId: string | null,
): Promise<FastifyReply> {
  const { act, preview = false, expected = null, reason = null } = request.body;
  const filter = filterOf(workspaceId, request.body.filter, { in: 'body', path: '/filter' });
  if (preview) {
    const scope = { act, filter, acceptedAt: await now(database.db) };
    const { count, isLowerBound } = await countMatching(database, scope);
    return reply.send({ matching: count, matchingIsLowerBound: isLowerBound });
  }
  const row = await acceptBulkAct(database, {
    act,
    filter,
    expected,
    reason,
    idempotencyKey: request.headers['idempotency-key'] ?? null,
    by: idInRows(request.principal),
  });
  const { id: bulkActId, matching } = row;
  request.log.info({ bulkActId, workspaceId, act, matching }, 'bulk act accepted');
  const of = workspaceId === null ? '' : `/workspaces/${workspaceId}`;
  return reply
    .code(202)
    .header('location', `/v1${of}/bulk-acts/${bulkActId}`)
    .send(bulkActView(row, await readProgress(database.db, row)));
}
