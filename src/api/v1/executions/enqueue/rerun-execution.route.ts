import { findExecution } from '../../../../db/executions/find-execution.ts';
import type { ExecutionRow } from '../../../../db/executions/execution-row.ts';
import { idInRows } from '../../../../domain/keys/rights.ts';
import { ExecutionNotEndedError, InputGoneError } from '../../../../domain/refusals.ts';
import { isTerminal } from '../../../../domain/status.ts';
import { rerunAttributes } from '../../../../enqueue/request-attributes.ts';
import { refuseBody } from '../../../json/json-body.ts';
import { answer, locationHeader } from '../../../openapi/documented-answer.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { ExecutionParams } from '../executions.schemas.ts';
import { viewWithStall } from '../view-with-stall.ts';
import { visibleTo } from '../visible-to.ts';
import { afterEnqueue } from './after-enqueue.ts';
import { ENQUEUE_PROBLEMS, EnqueueHeaders } from './enqueue.schemas.ts';
import { byId } from '../by-id.ts';

const schema = {
  tags: ['Executions'],
  operationId: 'rerunExecution',
  summary: 'Run an ended execution again, as a new one',
  description:
    'A new execution at the end of the queue, with the workflow type, the input, the reference, the labels, the time-out and the retry policy of one ' +
    'that has ended, however it ended; `startAfter` and `startBefore` are not repeated. Its `rerunOf` names the old one, whose `latestRerun` names it. It needs ' +
    'the input, which is kept for as long as the tier says. With an Idempotency-Key a repeat answers with the first rerun; without one each is another ' +
    'execution. A key without the right to read gets the answer without the input and the result. No body is needed.',
  params: ExecutionParams,
  headers: EnqueueHeaders,
  response: {
    200: answer('Execution', 'The Idempotency-Key already stood for this rerun.', locationHeader),
    202: answer('Execution', 'The new execution: stored, and waiting in the queue.', locationHeader),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'workspace-not-found',
      'execution-not-found',
      'execution-not-ended',
      'input-gone',
      'payload-too-large',
      'unsupported-media-type',
      ...ENQUEUE_PROBLEMS,
    ),
  },
};

export function rerunRoute(app: Api, deps: RouteDeps): void {
  const url = '/workspaces/:workspaceId/executions/:executionId/rerun';
  const options = { config: { right: 'enqueue' }, preValidation: refuseBody, schema } as const;
  app.post(url, options, async (request, reply) => {
    const { workspaceId } = request.params;
    const { execution: ended } = await byId(deps, request.params, (id) =>
      findExecution(deps.database.db, workspaceId, id),
    );
    requireRerunnable(ended);
    const outcome = await deps.enqueue({
      workspaceId,
      workflowType: ended.workflowType,
      input: ended.input,
      idempotencyKey: request.headers['idempotency-key'] ?? null,
      createdBy: idInRows(request.principal),
      attributes: rerunAttributes(ended),
      ifBusy: 'queue',
    });
    if (outcome.kind === 'refused') throw outcome.error;
    afterEnqueue(workspaceId, [outcome], request.log, deps);
    return reply
      .code(outcome.kind === 'placed' ? 202 : 200)
      .header('location', `/v1/workspaces/${workspaceId}/executions/${outcome.execution.id}`)
      .send(await viewWithStall(deps, visibleTo(request.principal, outcome)));
  });
}

/** @throws ExecutionNotEndedError, InputGoneError */
function requireRerunnable({ id, status, input, inputBytes, payloadsDeletedAt }: ExecutionRow): void {
  if (!isTerminal(status)) throw new ExecutionNotEndedError(id, status);
  if (inputBytes === null) return;
  if (payloadsDeletedAt !== null) throw new InputGoneError(id, 'deleted');
  if (input === null) throw new InputGoneError(id, 'expired');
}
