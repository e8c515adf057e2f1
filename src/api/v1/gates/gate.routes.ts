import type { Db } from '../../../db/connection/database.ts';
import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { createAskGate } from './ask-gate.ts';
import { Gate } from './gate.schemas.ts';
import { type RowWithStall, snapshotView, storedView } from './gate.view.ts';

const schema = {
  tags: ['Gates'],
  operationId: 'getGate',
  summary: "Read a workspace's gate",
  description:
    'Asks the gate itself, and falls back to the stored values when it does not answer within 1.5 s. `running` and `pending` are always ' +
    "the stored values, and agree with each other and with the workspace's; the gate's page shows what the gate itself sees.",
  params: WorkspaceParams,
  response: {
    200: answer('Gate', 'The gate.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

export function gateRoutes(app: Api, deps: RouteDeps): void {
  const { database, webUi } = deps;
  const askGate = createAskGate(deps.temporal, deps.log);
  app.addSchema(Gate);

  app.get('/workspaces/:workspaceId/gate', { config: { right: 'read' }, schema }, async (request, reply) => {
    const { workspaceId } = request.params;
    const before = await findWithStall(database.db, workspaceId);
    if (before.gateRunId === null) return reply.send(storedView(before, null, webUi));
    const { snapshot, silence } = await askGate(workspaceId);
    // Read again: to ask takes up to 1.5 s, and the counts are to be those of now.
    const row = await findWithStall(database.db, workspaceId);
    return reply.send(
      snapshotView(row, snapshot, webUi) ?? storedView(row, snapshot?.lastError ?? silence, webUi),
    );
  });
}

async function findWithStall(db: Db, workspaceId: string): Promise<RowWithStall> {
  const row = await findWorkspace(db, workspaceId);
  return { ...row, stall: (await findWorkspaceStalls(db, [workspaceId])).get(workspaceId) };
}
