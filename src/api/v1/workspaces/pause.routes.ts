import Type from 'typebox';
import { pauseWorkspace, resumeWorkspace } from '../../../db/workspaces/pause-workspace.ts';
import { actingOf } from '../../access/acting-of.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { InvalidRequestError } from '../../problems/invalid-request.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { reason } from '../changes/reason.ts';
import { viewWithStall } from './view-with-stall.ts';
import { PauseBody, WorkspaceParams } from './workspaces.schemas.ts';
import { BODY_MAX_BYTES, wakeAfter, writeProblems } from './write-workspace.routes.ts';

export function pauseRoutes(app: Api, deps: RouteDeps): void {
  pauseRoute(app, deps);
  resumeRoute(app, deps);
}

const pauseSchema = {
  tags: ['Workspaces'],
  operationId: 'pauseWorkspace',
  summary: 'Pause a workspace',
  description:
    'Nothing is admitted until it is resumed, or until `until`; what runs goes on, and requests are accepted and wait. What was admitted before the ' +
    'answer may start after it. A workspace that is paused gets the new reason and end.',
  params: WorkspaceParams,
  body: PauseBody,
  response: {
    200: answer('Workspace', 'It is paused.'),
    ...problemAnswers(...writeProblems, 'workspace-not-found'),
  },
};

function pauseRoute(app: Api, deps: RouteDeps): void {
  const { database, turns, waker } = deps;
  const options = { config: { right: 'operate' }, bodyLimit: BODY_MAX_BYTES, schema: pauseSchema } as const;
  app.put('/workspaces/:workspaceId/pause', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const pause = { reason: request.body.reason, until: momentOf(request.body.until) };
    const write = await turns.run(workspaceId, () =>
      pauseWorkspace(database, workspaceId, pause, actingOf(request)),
    );
    wakeAfter(write, waker);
    return reply.send(await viewWithStall(deps, write.workspace));
  });
}

const resumeSchema = {
  tags: ['Workspaces'],
  operationId: 'resumeWorkspace',
  summary: 'Resume a workspace that is paused',
  description:
    'Waiting executions are admitted at once, up to the limit. Where there is no pause, nothing changes. No body is needed.',
  params: WorkspaceParams,
  querystring: Type.Object({ reason }, { additionalProperties: false }),
  response: {
    200: answer('Workspace', 'It is not paused.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'unsupported-media-type',
      'database-unavailable',
      'database-full',
      'workspace-busy',
      'workspace-deleting',
      'workspace-not-found',
    ),
  },
};

function resumeRoute(app: Api, deps: RouteDeps): void {
  const { database, turns, waker } = deps;
  const options = { config: { right: 'operate' }, preValidation: refuseBody, schema: resumeSchema } as const;
  app.delete('/workspaces/:workspaceId/pause', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const write = await turns.run(workspaceId, () =>
      resumeWorkspace(database, workspaceId, actingOf(request, request.query.reason)),
    );
    wakeAfter(write, waker);
    return reply.send(await viewWithStall(deps, write.workspace));
  });
}

/** To the millisecond, which is what the row keeps of it. */
function momentOf(text: string | null | undefined): Date | null {
  if (text === null || text === undefined) return null;
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new InvalidRequestError([{ in: 'body', path: '/until', message: 'is no moment that there is' }]);
}
