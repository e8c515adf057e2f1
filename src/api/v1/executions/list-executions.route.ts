import { listExecutions } from '../../../db/executions/list-executions.ts';
import { findStalls } from '../../../db/stalls/find-stalls.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { pageFrom, pageLimit } from '../pages/pages.schemas.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { ListExecutionsQuery } from './executions.schemas.ts';
import { executionSummary } from './executions.view.ts';

/** A cursor holds the `seq` of the last execution of its page. */
const SEQ = /^[1-9]\d{0,14}$/;

const schema = {
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

export function listExecutionsRoute(app: Api, { database, webUi }: RouteDeps): void {
  app.get(
    '/workspaces/:workspaceId/executions',
    { config: { right: 'read' }, schema },
    async (request, reply) => {
      const { cursor, status = null } = request.query;
      const limit = pageLimit(request.query);
      const beforeSeq = cursor === undefined ? null : Number(decodeCursor(cursor, SEQ));
      const page = { beforeSeq, status, limit: limit + 1 };
      const rows = await listExecutions(database.db, request.params.workspaceId, page);
      const running = rows.filter((row) => row.status === 'running').map((row) => row.id);
      const stalls = await findStalls(database.db, running);
      return reply.send(
        pageFrom(
          rows,
          limit,
          (row) => executionSummary(row, webUi, stalls.get(row.id)),
          (last) => encodeCursor(String(last.seq)),
        ),
      );
    },
  );
}
