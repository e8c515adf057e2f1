import type { FastifyReply } from 'fastify';
import { listExecutions } from '../../../../db/executions/list/list-executions.ts';
import { findStalls } from '../../../../db/stalls/find-stalls.ts';
import { answer } from '../../../openapi/documented-answer.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { pageLimit } from '../../pages/pages.schemas.ts';
import { WorkspaceParams } from '../../workspaces/workspaces.schemas.ts';
import { executionSummary } from '../executions.view.ts';
import { cursorAfter, placeOf } from './list-cursor.ts';
import { filterOf, ListExecutionsQuery } from './list-executions.schemas.ts';

const ofWorkspace = {
  tags: ['Executions'],
  operationId: 'listExecutions',
  summary: 'List the executions of a workspace',
  params: WorkspaceParams,
  querystring: ListExecutionsQuery,
  response: {
    200: answer('ExecutionPage', 'One page, newest first.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

const ofAll = {
  tags: ['Executions'],
  operationId: 'listAllExecutions',
  summary: 'List the executions of all workspaces',
  querystring: ListExecutionsQuery,
  response: {
    200: answer('ExecutionPage', 'One page, newest first.'),
    ...problemAnswers('database-unavailable'),
  },
};

export function listExecutionsRoutes(app: Api, deps: RouteDeps): void {
  const config = { right: 'read' } as const;
  app.get(
    '/workspaces/:workspaceId/executions',
    { config, schema: ofWorkspace },
    async ({ params, query }, reply) => sendPage(reply, deps, params.workspaceId, query),
  );
  app.get('/executions', { config, schema: ofAll }, async ({ query }, reply) =>
    sendPage(reply, deps, null, query),
  );
}

async function sendPage(
  reply: FastifyReply,
  { database, webUi }: RouteDeps,
  workspaceId: string | null,
  query: ListExecutionsQuery,
): Promise<FastifyReply> {
  const filter = filterOf(workspaceId, query);
  const beforeId = query.cursor === undefined ? null : placeOf(query.cursor, filter);
  const listed = await listExecutions(database, { filter, beforeId, limit: pageLimit(query) });
  const { rows, nextBeforeId, scannedBackTo } = listed;
  const running = rows.filter((row) => row.status === 'running').map((row) => row.id);
  const stalls = await findStalls(database.db, running);
  return reply.send({
    items: rows.map((row) => executionSummary(row, webUi, stalls.get(row.id))),
    nextCursor: nextBeforeId === null ? null : cursorAfter(nextBeforeId, filter),
    scannedBackTo: scannedBackTo?.toISOString() ?? null,
  });
}
