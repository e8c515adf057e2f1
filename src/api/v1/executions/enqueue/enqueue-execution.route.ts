import Type from 'typebox';
import { answer, locationHeader } from '../../../openapi/documented-answer.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { idInRows } from '../../../../domain/keys/rights.ts';
import {
  WAITING_DEADLINE_MS,
  preferenceAppliedHeader,
  waitHeaders,
  waitQuery,
} from '../../waiting/asked-wait.ts';
import { beginWait } from '../../waiting/begin-wait.ts';
import { WorkspaceParams } from '../../workspaces/workspaces.schemas.ts';
import { afterEnqueue } from './after-enqueue.ts';
import { attributesOf } from '../attributes.ts';
import { ENQUEUE_PROBLEMS, EnqueueBody, EnqueueHeaders } from './enqueue.schemas.ts';

/** Room for everything in a body that is not its input: the longest workflow type, escaped, and white space. */
const BODY_BESIDE_INPUT_MAX_BYTES = 16 * 1024;

const headers = { ...locationHeader, ...preferenceAppliedHeader };

const schema = {
  tags: ['Executions'],
  operationId: 'enqueueExecution',
  summary: 'Run a workflow as soon as the workspace has a slot',
  description:
    'Answers as soon as the execution is stored, which is when it can no longer be lost; it waits for no worker. Its ' +
    '`Location` tells how it goes on. With `wait` it answers with the same status and headers as soon as the execution has ended, or with its ' +
    'present state when its time is over.',
  params: WorkspaceParams,
  querystring: Type.Object(waitQuery, { additionalProperties: false }),
  headers: Type.Object({ ...EnqueueHeaders.properties, ...waitHeaders }),
  body: EnqueueBody,
  response: {
    200: answer(
      'Execution',
      'The Idempotency-Key already stood for this execution; nothing new was stored.',
      headers,
    ),
    202: answer('Execution', 'Stored, and waiting in the queue.', headers),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'workspace-not-found',
      'no-free-slot',
      'payload-too-large',
      'unsupported-media-type',
      ...ENQUEUE_PROBLEMS,
    ),
  },
};

export function enqueueRoute(app: Api, deps: RouteDeps): void {
  const bodyLimit = deps.config.MAX_INPUT_BYTES + BODY_BESIDE_INPUT_MAX_BYTES;
  const options = {
    bodyLimit,
    config: { right: 'enqueue' },
    schema,
    handlerTimeout: WAITING_DEADLINE_MS,
  } as const;
  app.post('/workspaces/:workspaceId/executions', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const untilEnded = await beginWait(request, reply, deps);
    const outcome = await deps.enqueue({
      workspaceId,
      workflowType: request.body.workflowType,
      input: request.jsonText?.memberText('input') ?? null,
      idempotencyKey: request.headers['idempotency-key'] ?? null,
      createdBy: idInRows(request.principal),
      attributes: attributesOf(request.body),
      ifBusy: request.body.ifBusy ?? 'queue',
    });
    if (outcome.kind === 'refused') throw outcome.error;
    afterEnqueue(workspaceId, [outcome], request.log, deps);
    return reply
      .code(outcome.kind === 'placed' ? 202 : 200)
      .header('location', `/v1/workspaces/${workspaceId}/executions/${outcome.execution.id}`)
      .send(await untilEnded(outcome));
  });
}
