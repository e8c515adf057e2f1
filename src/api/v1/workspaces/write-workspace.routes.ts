import type { WorkspaceWrite } from '../../../db/workspaces/change-workspace.ts';
import { patchWorkspace } from '../../../db/workspaces/patch-workspace.ts';
import { putWorkspace } from '../../../db/workspaces/put-workspace.ts';
import type { GateWaker } from '../../../temporal/gates/gate-waker.ts';
import { actingOf } from '../../access/acting-of.ts';
import { answer, locationHeader } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { viewWithStall } from './view-with-stall.ts';
import { PatchWorkspaceBody, PutWorkspaceBody, WorkspaceParams } from './workspaces.schemas.ts';

/** Settings are some dozen bytes. */
export const BODY_MAX_BYTES = 16 * 1024;

export const writeProblems = [
  'malformed-json',
  'foreign-origin',
  'payload-too-large',
  'unsupported-media-type',
  'database-unavailable',
  'database-full',
  'workspace-busy',
  'workspace-deleting',
] as const;

const putSchema = {
  tags: ['Workspaces'],
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
};

export function putWorkspaceRoute(app: Api, deps: RouteDeps): void {
  const { database, turns, waker } = deps;
  const { MAX_WORKSPACES: maxWorkspaces } = deps.config;
  const options = { config: { right: 'admin' }, bodyLimit: BODY_MAX_BYTES, schema: putSchema } as const;
  app.put('/workspaces/:workspaceId', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const { tier, limitOverride = null, workers = 'pool', reason } = request.body;
    const settings = { tier, limitOverride, workers };
    const write = await turns.run(workspaceId, () =>
      putWorkspace(database, workspaceId, settings, { maxWorkspaces, acting: actingOf(request, reason) }),
    );
    wakeAfter(write, waker);
    if (write.change === 'created') reply.code(201).header('location', `/v1/workspaces/${workspaceId}`);
    return reply.send(await viewWithStall(deps, write.workspace));
  });
}

const patchSchema = {
  tags: ['Workspaces'],
  operationId: 'patchWorkspace',
  summary: 'Change some settings of a workspace',
  params: WorkspaceParams,
  body: PatchWorkspaceBody,
  response: {
    200: answer('Workspace', 'The workspace as it is now.'),
    ...problemAnswers(...writeProblems, 'workspace-not-found'),
  },
};

export function patchWorkspaceRoute(app: Api, deps: RouteDeps): void {
  const { database, turns, waker } = deps;
  const options = { config: { right: 'operate' }, bodyLimit: BODY_MAX_BYTES, schema: patchSchema } as const;
  app.patch('/workspaces/:workspaceId', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const { reason, ...patch } = request.body;
    const write = await turns.run(workspaceId, () =>
      patchWorkspace(database, workspaceId, patch, actingOf(request, reason)),
    );
    wakeAfter(write, waker);
    return reply.send(await viewWithStall(deps, write.workspace));
  });
}

/** A new workspace has no work, so its gate need not run; any change is for an open gate to follow and show. */
export function wakeAfter({ workspace, change }: WorkspaceWrite, waker: GateWaker): void {
  if (change === 'changed') waker.wake(workspace.id, 'resize');
}
