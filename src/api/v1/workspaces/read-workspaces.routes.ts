import Type from 'typebox';
import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import { listWorkspaces } from '../../../db/workspaces/list-workspaces.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { pageFrom, pageLimit, pageQuery } from '../pages/pages.schemas.ts';
import { viewWithStall } from './view-with-stall.ts';
import { WorkspaceParams } from './workspaces.schemas.ts';
import { workspaceView } from './workspaces.view.ts';

const getSchema = {
  tags: ['Workspaces'],
  operationId: 'getWorkspace',
  summary: 'Read a workspace',
  params: WorkspaceParams,
  response: {
    200: answer('Workspace', 'The workspace.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

export function getWorkspaceRoute(app: Api, deps: RouteDeps): void {
  app.get(
    '/workspaces/:workspaceId',
    { config: { right: 'read' }, schema: getSchema },
    async (request, reply) => {
      const row = await findWorkspace(deps.database.db, request.params.workspaceId);
      return reply.send(await viewWithStall(deps, row));
    },
  );
}

/** A cursor holds the id of the last workspace of its page. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

const listSchema = {
  tags: ['Workspaces'],
  operationId: 'listWorkspaces',
  summary: 'List workspaces',
  querystring: Type.Object(pageQuery, { additionalProperties: false }),
  response: {
    200: answer('WorkspacePage', 'One page, in the order of their ids.'),
    ...problemAnswers('database-unavailable'),
  },
};

export function listWorkspacesRoute(app: Api, { database }: RouteDeps): void {
  app.get('/workspaces', { config: { right: 'read' }, schema: listSchema }, async (request, reply) => {
    const { cursor } = request.query;
    const limit = pageLimit(request.query);
    const afterId = cursor === undefined ? null : decodeCursor(cursor, ID);
    const rows = await listWorkspaces(database.db, { afterId, limit: limit + 1 });
    const ids = rows.map((row) => row.id);
    const stalls = await findWorkspaceStalls(database.db, ids);
    return reply.send(
      pageFrom(
        rows,
        limit,
        (row) => workspaceView(row, stalls.get(row.id)),
        (last) => encodeCursor(last.id),
      ),
    );
  });
}
