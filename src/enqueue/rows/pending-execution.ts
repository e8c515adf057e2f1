import type { ExecutionRow } from '../../db/executions/execution-row.ts';
import { type EnqueueRequest, inputBytes } from '../enqueue-request.ts';

/** The row of an execution that was just put into the queue, or scheduled, as Postgres has it: all columns but the given ones have their defaults. */
export function pendingExecution(
  request: EnqueueRequest,
  {
    id,
    seq,
    payloadRetentionDays,
    createdAt,
  }: Pick<ExecutionRow, 'id' | 'seq' | 'payloadRetentionDays' | 'createdAt'>,
): ExecutionRow {
  const { attributes } = request;
  // Written out: begun as a copy of an object with the empty fields it took 18 µs, 3 % of a request.
  return {
    id,
    workspaceId: request.workspaceId,
    seq,
    status: seq === null ? 'scheduled' : 'pending',
    workflowType: request.workflowType,
    input: request.input,
    inputBytes: request.input === null ? null : inputBytes(request),
    payloadRetentionDays,
    idempotencyKey: request.idempotencyKey,
    createdAt,
    admittedAt: null,
    limitAtAdmission: null,
    startedAhead: null,
    startedAt: null,
    closedAt: null,
    runId: null,
    cancelRequestedAt: null,
    cancelDeliveredAt: null,
    terminateRequestedAt: null,
    cancelRequestedBy: null,
    terminateRequestedBy: null,
    terminateDeliveredAt: null,
    result: null,
    resultBytes: null,
    resultOmittedReason: null,
    resultOmittedBytes: null,
    failureType: null,
    failureMessage: null,
    payloadsDeletedAt: null,
    createdBy: request.createdBy,
    parentExecutionId: null,
    rerunOf: attributes?.rerunOf ?? null,
    latestRerun: null,
    startAfter: timeOf(attributes?.startAfter),
    startBefore: timeOf(attributes?.startBefore),
    executionTimeoutSeconds: attributes?.executionTimeout ?? null,
    retryPolicy: attributes?.retryPolicy ?? null,
    reference: attributes?.reference ?? null,
    labels: attributes?.labels ?? null,
    traceparent: null,
  };
}

function timeOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
