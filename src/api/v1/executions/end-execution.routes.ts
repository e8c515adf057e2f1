import type { FastifyBaseLogger } from 'fastify';
import { cancelExecution } from '../../../db/executions/cancel-execution.ts';
import type { EndRequested } from '../../../db/executions/request-end.ts';
import { terminateExecution } from '../../../db/executions/terminate-execution.ts';
import { idInRows } from '../../../domain/keys/rights.ts';
import { executionLog } from '../../../process/execution-log.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { ExecutionParams } from './executions.schemas.ts';
import { viewWithStall } from './view-with-stall.ts';
import { visibleTo } from './visible-to.ts';
import { byId } from './by-id.ts';

export function cancelRoute(app: Api, deps: RouteDeps): void {
  endRoute(app, deps, 'cancel', cancelExecution, {
    operationId: 'cancelExecution',
    summary: 'Cancel an execution',
    description:
      'One that waits never starts. One that runs is asked to stop, which its workflow may take time for, or refuse. One that has ' +
      'ended stays as it is. A pending one that its gate may have started already stays `pending` with `cancelRequested` for some seconds: ' +
      'it is cancelled, or it runs and is asked to stop. No body is needed.',
    ended: 'It is cancelled and never starts, or it had ended before.',
    requested: 'It runs, or its gate may have started it already, and will be asked to stop.',
  });
}

export function terminateRoute(app: Api, deps: RouteDeps): void {
  endRoute(app, deps, 'terminate', terminateExecution, {
    operationId: 'terminateExecution',
    summary: 'Terminate an execution',
    description:
      'For an execution that does not respond to a cancellation: Temporal ends it at once, and its workflow cannot clean up. One that ' +
      'is pending never starts. One that has ended stays as it is. A pending one that its gate may have started already stays `pending` with ' +
      '`terminateRequested` for some seconds, and is terminated. No body is needed.',
    ended: 'It is terminated and never starts, or it had ended before.',
    requested: 'It runs, or its gate may have started it already, and will be terminated.',
  });
}

interface Texts {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly ended: string;
  readonly requested: string;
}

/** Requests without a body that differ in what they ask for. */
function endRoute(
  app: Api,
  deps: RouteDeps,
  verb: 'cancel' | 'terminate',
  end: typeof cancelExecution,
  texts: Texts,
): void {
  const url = `/workspaces/:workspaceId/executions/:executionId/${verb}`;
  const options = {
    config: { right: 'cancel' },
    preValidation: refuseBody,
    schema: schemaOf(texts),
  } as const;
  app.post(url, options, async (request, reply) => {
    const { workspaceId } = request.params;
    const asked = await byId(deps, request.params, (executionId) =>
      deps.turns.run(workspaceId, () =>
        end(deps.database, workspaceId, executionId, idInRows(request.principal)),
      ),
    );
    tellEnd(request.log, deps.metrics, asked);
    // Also for one that was pending: it frees no slot, but its gate shows how many wait; or it is reserved, and its gate has to give it back.
    if (asked.effect !== 'had-ended') deps.waker.wake(workspaceId);
    return reply
      .code(asked.effect === 'requested' ? 202 : 200)
      .send(await viewWithStall(deps, visibleTo(request.principal, asked)));
  });
}

function schemaOf({ operationId, summary, description, ended, requested }: Texts) {
  return {
    tags: ['Executions'],
    operationId,
    summary,
    description,
    params: ExecutionParams,
    response: {
      200: answer('Execution', ended),
      202: answer('Execution', requested),
      ...problemAnswers(
        'malformed-json',
        'foreign-origin',
        'workspace-not-found',
        'execution-not-found',
        'unsupported-media-type',
        'database-unavailable',
        'database-full',
        'workspace-busy',
        'request-timed-out',
      ),
    },
  };
}

/** One that runs is told of when it has ended. */
function tellEnd(
  log: FastifyBaseLogger,
  metrics: RouteDeps['metrics'],
  { effect, execution }: EndRequested,
): void {
  if (effect !== 'cancelled' && effect !== 'terminated') return;
  metrics.ended(effect);
  const { workspaceId, id: executionId, seq } = execution;
  executionLog.ended(log, { workspaceId, executionId, seq, runId: null, status: effect });
}
