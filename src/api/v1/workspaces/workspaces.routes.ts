import Type from 'typebox';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import { listWorkspaces } from '../../../db/workspaces/list-workspaces.ts';
import type { WorkspaceRow } from '../../../db/schema.ts';
import { patchWorkspace } from '../../../db/workspaces/patch-workspace.ts';
import { putWorkspace } from '../../../db/workspaces/put-workspace.ts';
import type { WorkspaceWrite } from '../../../db/workspaces/change-workspace.ts';
import { answer, locationHeader } from '../../openapi/documented-answer.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { pageFrom, pageLimit, pageQuery } from '../pages/pages.schemas.ts';
import { problemAnswers } from '../../problems/problem.ts';
import {
  PatchWorkspaceBody,
  PutWorkspaceBody,
  Workspace,
  WorkspacePage,
  WorkspaceParams,
} from './workspaces.schemas.ts';
import { workspaceView } from './workspaces.view.ts';

const tags = ['Workspaces'];
/** Settings are some dozen bytes. */
const BODY_MAX_BYTES = 16 * 1024;

const writeProblems = [
  'malformed-json',
  'foreign-origin',
  'payload-too-large',
  'unsupported-media-type',
  'database-unavailable',
  'database-full',
  'workspace-busy',
] as const;

export function workspaceRoutes(app: Api, deps: RouteDeps): void {
  const { config, database } = deps;
  app.addSchema(Workspace);
  app.addSchema(WorkspacePage);

  /** A new workspace has no work, so its gate need not run; any change is for an open gate to follow and show. */
  const wakeAfter = ({ workspace, change }: WorkspaceWrite) => {
    if (change === 'changed') deps.waker.wake(workspace.id, 'resize');
  };

  const viewOf = async (row: WorkspaceRow) =>
    workspaceView(row, config.tiers, (await findWorkspaceStalls(database.db, [row.id])).get(row.id));

  app.put(
    '/workspaces/:workspaceId',
    {
      bodyLimit: BODY_MAX_BYTES,
      schema: {
        tags,
        operationId: 'putWorkspace',
        summary: 'Create a workspace, or replace its settings',
        description:
          'Raising a limit admits waiting executions at once. Lowering it stops nothing that runs: nothing is admitted until fewer ' +
          'run than the new limit.',
        params: WorkspaceParams,
        body: PutWorkspaceBody,
        response: {
          200: answer('Workspace', 'It existed and has these settings now.'),
          201: answer('Workspace', 'It was created.', locationHeader),
          ...problemAnswers(...writeProblems, 'workspaces-full'),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId } = request.params;
      const { tier, limitOverride = null, workers = 'pool' } = request.body;
      const write = await deps.turns.run(workspaceId, () =>
        putWorkspace(
          database,
          workspaceId,
          { tier, limitOverride, workers },
          {
            tiers: config.tiers,
            maxWorkspaces: config.MAX_WORKSPACES,
          },
        ),
      );
      wakeAfter(write);
      if (write.change === 'created') reply.code(201).header('location', `/v1/workspaces/${workspaceId}`);
      return reply.send(await viewOf(write.workspace));
    },
  );

  app.patch(
    '/workspaces/:workspaceId',
    {
      bodyLimit: BODY_MAX_BYTES,
      schema: {
        tags,
        operationId: 'patchWorkspace',
        summary: 'Change some settings of a workspace',
        params: WorkspaceParams,
        body: PatchWorkspaceBody,
        response: {
          200: answer('Workspace', 'The workspace as it is now.'),
          ...problemAnswers(...writeProblems, 'workspace-not-found'),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId } = request.params;
      const write = await deps.turns.run(workspaceId, () =>
        patchWorkspace(database, workspaceId, request.body, config.tiers),
      );
      wakeAfter(write);
      return reply.send(await viewOf(write.workspace));
    },
  );

  app.get(
    '/workspaces/:workspaceId',
    {
      schema: {
        tags,
        operationId: 'getWorkspace',
        summary: 'Read a workspace',
        params: WorkspaceParams,
        response: {
          200: answer('Workspace', 'The workspace.'),
          ...problemAnswers('workspace-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) =>
      reply.send(await viewOf(await findWorkspace(database.db, request.params.workspaceId))),
  );

  app.get(
    '/workspaces',
    {
      schema: {
        tags,
        operationId: 'listWorkspaces',
        summary: 'List workspaces',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: {
          200: answer('WorkspacePage', 'One page, in the order of their ids.'),
          ...problemAnswers('database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { cursor } = request.query;
      const limit = pageLimit(request.query);
      const afterId = cursor === undefined ? null : decodeCursor(cursor, /^[A-Za-z0-9_-]{1,64}$/);
      const rows = await listWorkspaces(database.db, { afterId, limit: limit + 1 });
      const stalls = await findWorkspaceStalls(
        database.db,
        rows.map((row) => row.id),
      );
      return reply.send(
        pageFrom(
          rows,
          limit,
          (row) => workspaceView(row, config.tiers, stalls.get(row.id)),
          (last) => encodeCursor(last.id),
        ),
      );
    },
  );
}
