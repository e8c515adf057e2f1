import { cancelExecution } from '../../../db/executions/cancel-execution.ts';
import { type FoundExecution, findExecution } from '../../../db/executions/find-execution.ts';
import { findStalls } from '../../../db/stalls/find-stalls.ts';
import { listExecutions } from '../../../db/executions/list-executions.ts';
import { terminateExecution } from '../../../db/executions/terminate-execution.ts';
import { executionLog } from '../../../process/execution-log.ts';
import { answer, locationHeader } from '../../openapi/documented-answer.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import {
  EnqueueBody,
  EnqueueHeaders,
  Execution,
  ExecutionPage,
  ExecutionParams,
  ExecutionSummary,
  ListExecutionsQuery,
} from './executions.schemas.ts';
import { executionSummary, executionView } from './executions.view.ts';
import { refuseBody } from '../../json/json-body.ts';
import { pageFrom, pageLimit } from '../pages/pages.schemas.ts';
import { problemAnswers } from '../../problems/problem.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';

const tags = ['Executions'];

/** Room for everything in a body that is not its input: the longest workflow type, escaped, and white space. */
const BODY_BESIDE_INPUT_MAX_BYTES = 16 * 1024;

export function executionRoutes(app: Api, deps: RouteDeps): void {
  const { config, database, webUi } = deps;
  for (const schema of [Execution, ExecutionSummary, ExecutionPage]) app.addSchema(schema);

  /** Only one that runs can be stalled. */
  const viewOf = async (found: FoundExecution) => {
    const { id, status } = found.execution;
    if (status !== 'running') return executionView(found, webUi);
    return executionView(found, webUi, (await findStalls(database.db, [id])).get(id));
  };

  app.post(
    '/workspaces/:workspaceId/executions',
    {
      bodyLimit: config.MAX_INPUT_BYTES + BODY_BESIDE_INPUT_MAX_BYTES,
      schema: {
        tags,
        operationId: 'enqueueExecution',
        summary: 'Run a workflow as soon as the workspace has a slot',
        description:
          'Answers as soon as the execution is stored, which is when it can no longer be lost; it waits for no worker. Its ' +
          '`Location` tells how it goes on.',
        params: WorkspaceParams,
        headers: EnqueueHeaders,
        body: EnqueueBody,
        response: {
          200: answer(
            'Execution',
            'The Idempotency-Key already stood for this execution; nothing new was stored.',
            locationHeader,
          ),
          202: answer('Execution', 'Stored, and waiting in the queue.', locationHeader),
          ...problemAnswers(
            'malformed-json',
            'foreign-origin',
            'workspace-not-found',
            'payload-too-large',
            'unsupported-media-type',
            'idempotency-key-reused',
            'workflow-type-unknown',
            'queue-full',
            'queue-bytes-full',
            'database-unavailable',
            'database-full',
            'workspace-busy',
            'request-timed-out',
          ),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId } = request.params;
      const { workflowType } = request.body;
      const enqueued = await deps.enqueue({
        workspaceId,
        workflowType,
        input: request.jsonText?.memberText('input') ?? null,
        idempotencyKey: request.headers['idempotency-key'] ?? null,
      });
      if (enqueued.kind === 'refused') throw enqueued.error;
      // Also for a repeated key: the process that accepted it may have died before it woke the gate.
      const { status } = enqueued.execution;
      if (enqueued.waitsForAnEnd || status === 'running') deps.waker.wakeSoon(workspaceId);
      else if (status === 'pending') deps.waker.wake(workspaceId);
      if (enqueued.kind === 'placed') {
        const { id: executionId, seq } = enqueued.execution;
        executionLog.accepted(request.log, { workspaceId, executionId, seq }, workflowType);
      }
      deps.metrics.accepted(enqueued.kind === 'repeated' ? 'repeated' : 'new');
      return reply
        .code(enqueued.kind === 'repeated' ? 200 : 202)
        .header('location', `/v1/workspaces/${workspaceId}/executions/${enqueued.execution.id}`)
        .send(await viewOf(enqueued));
    },
  );

  app.get(
    '/workspaces/:workspaceId/executions/:executionId',
    {
      schema: {
        tags,
        operationId: 'getExecution',
        summary: 'Read an execution',
        params: ExecutionParams,
        response: {
          200: answer('Execution', 'The execution.'),
          ...problemAnswers('workspace-not-found', 'execution-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId, executionId } = request.params;
      return reply.send(await viewOf(await findExecution(database.db, workspaceId, executionId)));
    },
  );

  app.get(
    '/workspaces/:workspaceId/executions',
    {
      schema: {
        tags,
        operationId: 'listExecutions',
        summary: 'List the executions of a workspace',
        params: WorkspaceParams,
        querystring: ListExecutionsQuery,
        response: {
          200: answer('ExecutionPage', 'One page, newest first.'),
          ...problemAnswers('workspace-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { cursor, status = null } = request.query;
      const limit = pageLimit(request.query);
      const beforeSeq = cursor === undefined ? null : Number(decodeCursor(cursor, /^[1-9]\d{0,14}$/));
      const rows = await listExecutions(database.db, request.params.workspaceId, {
        beforeSeq,
        status,
        limit: limit + 1,
      });
      const running = rows.filter((row) => row.status === 'running').map((row) => row.id);
      const stalls = await findStalls(database.db, running);
      return reply.send(
        pageFrom(
          rows,
          limit,
          (row) => executionSummary(row, webUi, stalls.get(row.id)),
          (last) => encodeCursor(String(last.seq)),
        ),
      );
    },
  );

  /** Cancel and terminate: requests without a body that differ in what they ask for. */
  const endingRoute = (
    verb: 'cancel' | 'terminate',
    end: typeof cancelExecution,
    texts: { operationId: string; summary: string; description: string; ended: string; requested: string },
  ) =>
    app.post(
      `/workspaces/:workspaceId/executions/:executionId/${verb}`,
      {
        preValidation: refuseBody,
        schema: {
          tags,
          operationId: texts.operationId,
          summary: texts.summary,
          description: texts.description,
          params: ExecutionParams,
          response: {
            200: answer('Execution', texts.ended),
            202: answer('Execution', texts.requested),
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
        },
      },
      async (request, reply) => {
        const { workspaceId, executionId } = request.params;
        const asked = await deps.turns.run(workspaceId, () => end(database, workspaceId, executionId));
        if (asked.effect === 'cancelled' || asked.effect === 'terminated') {
          const { seq } = asked.execution;
          executionLog.ended(request.log, {
            workspaceId,
            executionId,
            seq,
            runId: null,
            status: asked.effect,
          });
        }
        // Also for one that was pending: it frees no slot, but its gate shows how many wait.
        if (asked.effect !== 'had-ended') deps.waker.wake(workspaceId);
        return reply.code(asked.effect === 'requested' ? 202 : 200).send(await viewOf(asked));
      },
    );

  endingRoute('cancel', cancelExecution, {
    operationId: 'cancelExecution',
    summary: 'Cancel an execution',
    description:
      'One that waits never starts. One that runs is asked to stop, which its workflow may take time for, or refuse. One that has ' +
      'ended stays as it is. No body is needed.',
    ended: 'It is cancelled and never starts, or it had ended before.',
    requested: 'It runs, and will be asked to stop.',
  });
  endingRoute('terminate', terminateExecution, {
    operationId: 'terminateExecution',
    summary: 'Terminate an execution',
    description:
      'For an execution that does not respond to a cancellation: Temporal ends it at once, and its workflow cannot clean up. One that ' +
      'is pending never starts. One that has ended stays as it is. No body is needed.',
    ended: 'It is terminated and never starts, or it had ended before.',
    requested: 'It runs, and will be terminated.',
  });
}
