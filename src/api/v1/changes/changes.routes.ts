import Type from 'typebox';
import { type ChangeRow, hasChanges, listChanges } from '../../../db/changes/list-changes.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { pageFrom, pageLimit, pageQuery } from '../pages/pages.schemas.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { Change, ChangePage } from './changes.schemas.ts';

export function changeRoutes(app: Api, deps: RouteDeps): void {
  app.addSchema(Change);
  app.addSchema(ChangePage);
  listWorkspaceChangesRoute(app, deps);
  listChangesRoute(app, deps);
}

const querystring = Type.Object(pageQuery, { additionalProperties: false });

const ofWorkspaceSchema = {
  tags: ['Changes'],
  operationId: 'listWorkspaceChanges',
  summary: 'List what was done to a workspace',
  description:
    'Its creation, its settings, pauses, keys and deletion, each with who did it. It outlives the workspace: a deleted one has it too.',
  params: WorkspaceParams,
  querystring,
  response: {
    200: answer('ChangePage', 'One page, the newest first.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

function listWorkspaceChangesRoute(app: Api, { database }: RouteDeps): void {
  const options = { config: { right: 'read' }, schema: ofWorkspaceSchema } as const;
  app.get('/workspaces/:workspaceId/changes', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const page = await pageOfChanges(database, workspaceId, request.query);
    // One that was deleted has changes; for one that never was, this throws.
    if (page.items.length === 0 && !(await hasChanges(database.db, workspaceId)))
      await findWorkspace(database.db, workspaceId);
    return reply.send(page);
  });
}

const ofAllSchema = {
  tags: ['Changes'],
  operationId: 'listChanges',
  summary: 'List what was done to all workspaces, tiers and keys',
  querystring,
  response: {
    200: answer('ChangePage', 'One page, the newest first.'),
    ...problemAnswers('database-unavailable'),
  },
};

function listChangesRoute(app: Api, { database }: RouteDeps): void {
  app.get('/changes', { config: { right: 'read' }, schema: ofAllSchema }, async (request, reply) =>
    reply.send(await pageOfChanges(database, null, request.query)),
  );
}

/** A cursor holds the id of the last change of its page. */
const ID = /^[1-9]\d{0,14}$/;

async function pageOfChanges(
  { db }: RouteDeps['database'],
  workspaceId: string | null,
  query: { limit?: number; cursor?: string },
) {
  const limit = pageLimit(query);
  const beforeId = query.cursor === undefined ? null : Number(decodeCursor(query.cursor, ID));
  const rows = await listChanges(db, { workspaceId, beforeId, limit: limit + 1 });
  return pageFrom(rows, limit, changeView, ({ id }) => encodeCursor(String(id)));
}

function changeView({ id, at, ...row }: ChangeRow): Change {
  return { id: String(id), at: at.toISOString(), ...row };
}
