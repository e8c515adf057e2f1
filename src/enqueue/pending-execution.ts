import type { ExecutionRow } from '../db/schema.ts';
import type { EnqueueRequest } from './enqueue-request.ts';

/** The row of an execution that was just put into the queue, as Postgres has it: all columns but the given ones have their defaults. */
export function pendingExecution(
  request: EnqueueRequest,
  { id, seq, createdAt }: Pick<ExecutionRow, 'id' | 'seq' | 'createdAt'>,
): ExecutionRow {
  return {
    id,
    workspaceId: request.workspaceId,
    seq,
    status: 'pending',
    workflowType: request.workflowType,
    input: request.input,
    idempotencyKey: request.idempotencyKey,
    createdAt,
    admittedAt: null,
    startedAt: null,
    closedAt: null,
    runId: null,
    cancelRequestedAt: null,
    cancelDeliveredAt: null,
    terminateRequestedAt: null,
    terminateDeliveredAt: null,
    result: null,
    resultOmittedReason: null,
    resultOmittedBytes: null,
    failureType: null,
    failureMessage: null,
  };
}
