import Type from 'typebox';
import { findExecution } from '../../../db/executions/find-execution.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { ExecutionParams } from './executions.schemas.ts';
import { readTokenQuery } from './read-token.schemas.ts';
import { viewWithStall } from './view-with-stall.ts';

const schema = {
  tags: ['Executions'],
  operationId: 'getExecution',
  summary: 'Read an execution',
  params: ExecutionParams,
  querystring: Type.Object(readTokenQuery),
  response: {
    200: answer('Execution', 'The execution.'),
    ...problemAnswers('workspace-not-found', 'execution-not-found', 'database-unavailable'),
  },
};

export function getExecutionRoute(app: Api, deps: RouteDeps): void {
  app.get(
    '/workspaces/:workspaceId/executions/:executionId',
    { config: { right: 'read', takesReadToken: true }, schema },
    async (request, reply) => {
      const { workspaceId, executionId } = request.params;
      return reply.send(
        await viewWithStall(deps, await findExecution(deps.database.db, workspaceId, executionId)),
      );
    },
  );
}
