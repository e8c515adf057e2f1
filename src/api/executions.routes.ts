import { cancelExecution } from '../db/cancel-execution.ts';
import { findExecution } from '../db/find-execution.ts';
import { listExecutions } from '../db/list-executions.ts';
import { executionLog } from '../execution-log.ts';
import { answer, locationHeader } from './answers.ts';
import type { Api, RouteDeps } from './api.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
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
import { refuseBody } from './json-body.ts';
import { pageFrom, pageLimit } from './pages.schemas.ts';
import { problemAnswers } from './problem.ts';
import { WorkspaceParams } from './workspaces.schemas.ts';

const tags = ['Executions'];

/** Room for everything in a body that is not its input: the longest workflow type, escaped, and white space. */
const BODY_BESIDE_INPUT_MAX_BYTES = 16 * 1024;

export function executionRoutes(app: Api, deps: RouteDeps): void {
  const { config, database, webUi } = deps;
  for (const schema of [Execution, ExecutionSummary, ExecutionPage]) app.addSchema(schema);

  app.post(
    '/v1/workspaces/:workspaceId/executions',
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
          202: answer('Execution', 'Stored, and waiting in line.', locationHeader),
          ...problemAnswers(
            'malformed-json',
            'invalid-request',
            'request-too-slow',
            'workspace-not-found',
            'payload-too-large',
            'unsupported-media-type',
            'idempotency-key-reused',
            'workflow-type-unknown',
            'queue-full',
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
      const rules = {
        tiers: config.tiers,
        maxInputBytes: config.MAX_INPUT_BYTES,
        knownWorkflowTypes: await deps.knownTypes.read(workflowType),
      };
      const enqueue = {
        workspaceId,
        workflowType,
        input: request.jsonText?.memberText('input') ?? null,
        idempotencyKey: request.headers['idempotency-key'] ?? null,
      };
      const enqueued = await deps.enqueue(enqueue, rules);
      // Also for a repeated key: the process that accepted it may have died before it woke the gate.
      const { status } = enqueued.execution;
      if (enqueued.waitsForAnEnd || status === 'running') deps.waker.wakeSoon(workspaceId);
      else if (status === 'pending') deps.waker.wake(workspaceId);
      if (!enqueued.repeated) {
        const { id: executionId, seq } = enqueued.execution;
        executionLog.accepted(request.log, { workspaceId, executionId, seq }, workflowType);
      }
      deps.metrics.accepted(enqueued.repeated ? 'repeated' : 'new');
      return reply
        .code(enqueued.repeated ? 200 : 202)
        .header('location', `/v1/workspaces/${workspaceId}/executions/${enqueued.execution.id}`)
        .send(executionView(enqueued, webUi));
    },
  );

  app.get(
    '/v1/workspaces/:workspaceId/executions/:executionId',
    {
      schema: {
        tags,
        operationId: 'getExecution',
        summary: 'Read an execution',
        params: ExecutionParams,
        response: {
          200: answer('Execution', 'The execution.'),
          ...problemAnswers(
            'invalid-request',
            'workspace-not-found',
            'execution-not-found',
            'database-unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId, executionId } = request.params;
      return reply.send(executionView(await findExecution(database.db, workspaceId, executionId), webUi));
    },
  );

  app.get(
    '/v1/workspaces/:workspaceId/executions',
    {
      schema: {
        tags,
        operationId: 'listExecutions',
        summary: 'List the executions of a workspace',
        params: WorkspaceParams,
        querystring: ListExecutionsQuery,
        response: {
          200: answer('ExecutionPage', 'One page, newest first.'),
          ...problemAnswers('invalid-request', 'workspace-not-found', 'database-unavailable'),
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
      return reply.send(
        pageFrom(
          rows,
          limit,
          (row) => executionSummary(row, webUi),
          (last) => encodeCursor(String(last.seq)),
        ),
      );
    },
  );

  app.post(
    '/v1/workspaces/:workspaceId/executions/:executionId/cancel',
    {
      preValidation: refuseBody,
      schema: {
        tags,
        operationId: 'cancelExecution',
        summary: 'Cancel an execution',
        description:
          'One that waits never starts. One that runs is asked to stop, which its workflow may take time for, or refuse. One that has ' +
          'ended stays as it is. No body is needed.',
        params: ExecutionParams,
        response: {
          200: answer('Execution', 'It is cancelled and never starts, or it had ended before.'),
          202: answer('Execution', 'It runs, and will be asked to stop.'),
          ...problemAnswers(
            'malformed-json',
            'invalid-request',
            'request-too-slow',
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
      const cancelled = await deps.turns.take(workspaceId, () =>
        cancelExecution(database, workspaceId, executionId),
      );
      // Also for one that was pending: it frees no slot, but its gate shows the length of the line.
      if (cancelled.effect === 'cancelled') {
        const { seq } = cancelled.execution;
        executionLog.ended(request.log, { workspaceId, executionId, seq, runId: null, status: 'cancelled' });
      }
      if (cancelled.effect !== 'had-ended') deps.waker.wake(workspaceId);
      return reply.code(cancelled.effect === 'requested' ? 202 : 200).send(executionView(cancelled, webUi));
    },
  );
}
