import { findBulkAct } from '../../../db/bulk-acts/find-bulk-act.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { acceptBulkActRoutes } from './accept-bulk-act.routes.ts';
import { BulkAct, BulkActParams, BulkPreview, WorkspaceBulkActParams } from './bulk-acts.schemas.ts';
import { bulkActView } from './bulk-acts.view.ts';

export function bulkActRoutes(app: Api, deps: RouteDeps): void {
  for (const schema of [BulkAct, BulkPreview]) app.addSchema(schema);
  acceptBulkActRoutes(app, deps);
  getBulkActRoutes(app, deps);
}

const ofWorkspace = {
  tags: ['Bulk acts'],
  operationId: 'getWorkspaceBulkAct',
  summary: 'Read a bulk act of a workspace',
  description: 'How far it has come. An act over all workspaces is not one of this workspace.',
  params: WorkspaceBulkActParams,
  response: {
    200: answer('BulkAct', 'The act.'),
    ...problemAnswers('workspace-not-found', 'bulk-act-not-found', 'database-unavailable'),
  },
};

const ofAll = {
  tags: ['Bulk acts'],
  operationId: 'getBulkAct',
  summary: 'Read a bulk act',
  description: 'How far it has come, whether it is over one workspace or over all.',
  params: BulkActParams,
  response: {
    200: answer('BulkAct', 'The act.'),
    ...problemAnswers('bulk-act-not-found', 'database-unavailable'),
  },
};

function getBulkActRoutes(app: Api, { database }: RouteDeps): void {
  const config = { right: 'read' } as const;
  app.get(
    '/workspaces/:workspaceId/bulk-acts/:bulkActId',
    { config, schema: ofWorkspace },
    async ({ params }, reply) => {
      const { act, progress } = await findBulkAct(database.db, params.workspaceId, params.bulkActId);
      return reply.send(bulkActView(act, progress));
    },
  );
  app.get('/bulk-acts/:bulkActId', { config, schema: ofAll }, async ({ params }, reply) => {
    const { act, progress } = await findBulkAct(database.db, null, params.bulkActId);
    return reply.send(bulkActView(act, progress));
  });
}
