import Type from 'typebox';
import { findExecution } from '../../../db/executions/find-execution.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import {
  WAITING_DEADLINE_MS,
  preferenceAppliedHeader,
  waitHeaders,
  waitQuery,
} from '../waiting/asked-wait.ts';
import { beginWait } from '../waiting/begin-wait.ts';
import { ExecutionParams } from './executions.schemas.ts';
import { readTokenQuery } from './read-token.schemas.ts';
import { byId } from './by-id.ts';

const schema = {
  tags: ['Executions'],
  operationId: 'getExecution',
  summary: 'Read an execution',
  description:
    'At once, or with `wait` as soon as it has ended. What was asked to wait and has not ended when its time is over, or the server stops, has ' +
    'the present state.',
  params: ExecutionParams,
  querystring: Type.Object({ ...waitQuery, ...readTokenQuery }, { additionalProperties: false }),
  headers: Type.Object(waitHeaders),
  response: {
    200: answer('Execution', 'The execution.', preferenceAppliedHeader),
    ...problemAnswers(
      'workspace-not-found',
      'execution-not-found',
      'database-unavailable',
      'request-timed-out',
    ),
  },
};

export function getExecutionRoute(app: Api, deps: RouteDeps): void {
  const options = {
    config: { right: 'read', takesReadToken: true },
    schema,
    handlerTimeout: WAITING_DEADLINE_MS,
  } as const;
  app.get('/workspaces/:workspaceId/executions/:executionId', options, async (request, reply) => {
    const { params } = request;
    const untilEnded = await beginWait(request, reply, deps);
    const found = await byId(deps, params, (id) => findExecution(deps.database.db, params.workspaceId, id));
    return reply.send(await untilEnded(found));
  });
}
