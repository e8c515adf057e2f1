import type { Db } from '../../../db/connection/database.ts';
import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { createAskGate } from './ask-gate.ts';
import { Gate, type Gate as GateView } from './gate.schemas.ts';
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

const wakeSchema = {
  tags: ['Gates'],
  operationId: 'wakeGate',
  summary: "Wake a workspace's gate",
  description:
    'It looks at the queue at once, and is started when it does not run. Never needed while all is well: every change wakes it, and the sweep ' +
    'wakes what is overdue. The answer is the gate as it was before; it has looked when its `reconciledAt` has changed. No body is needed.',
  params: WorkspaceParams,
  response: {
    202: answer('Gate', 'The gate as it was. The wake is on its way.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'unsupported-media-type',
      'workspace-not-found',
      'database-unavailable',
    ),
  },
};

export function gateRoutes(app: Api, deps: RouteDeps): void {
  const readGate = createReadGate(deps);
  app.addSchema(Gate);
  app.get('/workspaces/:workspaceId/gate', { config: { right: 'read' }, schema }, async (request, reply) =>
    reply.send(await readGate(request.params.workspaceId)),
  );
  const options = { config: { right: 'operate' }, preValidation: refuseBody, schema: wakeSchema } as const;
  app.post('/workspaces/:workspaceId/gate/wake', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const gate = await readGate(workspaceId);
    deps.waker.wake(workspaceId);
    return reply.code(202).send(gate);
  });
}

/** @throws WorkspaceNotFoundError */
function createReadGate({ database, webUi, temporal, log }: RouteDeps): (id: string) => Promise<GateView> {
  const askGate = createAskGate(temporal, log);
  return async (workspaceId) => {
    const before = await findWithStall(database.db, workspaceId);
    if (before.gateRunId === null) return storedView(before, null, webUi);
    const { snapshot, silence } = await askGate(workspaceId);
    // Read again: to ask takes up to 1.5 s, and the counts are to be those of now.
    const row = await findWithStall(database.db, workspaceId);
    return snapshotView(row, snapshot, webUi) ?? storedView(row, snapshot?.lastError ?? silence, webUi);
  };
}

async function findWithStall(db: Db, workspaceId: string): Promise<RowWithStall> {
  const row = await findWorkspace(db, workspaceId);
  return { ...row, stall: (await findWorkspaceStalls(db, [workspaceId])).get(workspaceId) };
}
