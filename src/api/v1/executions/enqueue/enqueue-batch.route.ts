import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { EnqueueAnswer } from '../../../../enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../../../enqueue/enqueue-request.ts';
import type { RequestAttributes } from '../../../../enqueue/request-attributes.ts';
import { BatchRefusedError, InvalidAttributeError } from '../../../../domain/refusals.ts';
import { JSON_DEPTH_MAX } from '../../../json/json-text.ts';
import { answer } from '../../../openapi/documented-answer.ts';
import { InvalidRequestError } from '../../../problems/invalid-request.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { idInRows } from '../../../../domain/keys/rights.ts';
import { WorkspaceParams } from '../../workspaces/workspaces.schemas.ts';
import { attributesOf } from '../attributes.ts';
import { afterEnqueue, countRefused } from './after-enqueue.ts';
import { BATCH_MAX_BYTES, BatchBody } from './enqueue.schemas.ts';
import { createBatchRoom } from './batch-room.ts';
import { BatchAnswer } from './batch.schemas.ts';
import { batchView } from './batch.view.ts';

/** An input may be as deep in a batch as in a request of its own: a list and an object more are around it. */
const BATCH_DEPTH_MAX = JSON_DEPTH_MAX + 2;

const schema = {
  tags: ['Executions'],
  operationId: 'enqueueBatch',
  summary: 'Run many workflows, in their order, as the workspace has slots',
  description:
    'Up to 1,000 executions and 16 MiB in one transaction. Each is judged as a single request at its place would be, and has an outcome of its ' +
    'own: one that is refused changes nothing for the others, unless the batch is `atomic`. What does not match the schema refuses the whole batch ' +
    'and names the item. The answer says nothing of inputs and positions.',
  params: WorkspaceParams,
  body: BatchBody,
  response: {
    200: answer('BatchAnswer', 'Nothing new is stored.'),
    202: answer('BatchAnswer', 'At least one is stored; `outcomes` says which.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'workspace-not-found',
      'batch-refused',
      'payload-too-large',
      'unsupported-media-type',
      'database-unavailable',
      'database-full',
      'workspace-busy',
      'request-timed-out',
    ),
  },
};

export function enqueueBatchRoute(app: Api, deps: RouteDeps): void {
  app.addSchema(BatchAnswer);
  const { MAX_WAITING_BYTES } = deps.config;
  const bodyLimit = Math.min(BATCH_MAX_BYTES, MAX_WAITING_BYTES);
  const options = {
    bodyLimit,
    schema,
    config: { right: 'enqueue', jsonDepthMax: BATCH_DEPTH_MAX },
    onRequest: createBatchRoom(MAX_WAITING_BYTES, bodyLimit),
  } as const;
  app.post('/workspaces/:workspaceId/executions/batch', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const batch = {
      workspaceId,
      requests: requestsOf(request, request.body, workspaceId),
      isAtomic: request.body.atomic ?? false,
    };
    const answers = await deps.enqueueBatch(batch).catch((error: unknown) => {
      if (error instanceof BatchRefusedError) countRefused(deps.metrics, error.refused);
      throw error;
    });
    afterEnqueue(workspaceId, answers, request.log, deps);
    return reply.code(isAnyPlaced(answers) ? 202 : 200).send(await batchView(deps, answers));
  });
}

function requestsOf(
  { jsonText, principal }: FastifyRequest,
  { executions }: Static<typeof BatchBody>,
  workspaceId: string,
): EnqueueRequest[] {
  const createdBy = idInRows(principal);
  return executions.map((item, index) => {
    jsonText!.refuseDuplicates('executions', index);
    return {
      workspaceId,
      workflowType: item.workflowType,
      input: jsonText!.memberText('executions', index, 'input'),
      idempotencyKey: item.idempotencyKey ?? null,
      createdBy,
      attributes: attributesAt(index, item),
      ifBusy: item.ifBusy ?? 'queue',
    };
  });
}

function attributesAt(index: number, item: Parameters<typeof attributesOf>[0]): RequestAttributes | null {
  try {
    return attributesOf(item);
  } catch (error) {
    if (!(error instanceof InvalidAttributeError)) throw error;
    const path = `/executions/${index}/${error.attribute}`;
    throw new InvalidRequestError([{ in: 'body', path, message: error.reason }]);
  }
}

function isAnyPlaced(answers: readonly EnqueueAnswer[]): boolean {
  return answers.some(({ kind }) => kind === 'placed');
}
