import type { FastifyBaseLogger } from 'fastify';
import type { EnqueueAnswer, Placed } from '../../../../enqueue/enqueue-outcome.ts';
import { executionLog } from '../../../../process/execution-log.ts';
import { errorResponse } from '../../../problems/error-responses.ts';
import type { RouteDeps } from '../../../server/api.ts';
import type { GateWaker } from '../../../../temporal/gates/gate-waker.ts';

/**
 * One wake for all that was asked for together: at once if one of it may have a slot, soon if none can before an end. Also for repeated keys: the
 * process that accepted them may have died before it woke the gate.
 */
export function wakeGateFor(
  workspaceId: string,
  answers: readonly EnqueueAnswer[],
  waker: Pick<GateWaker, 'wake' | 'wakeSoon'>,
): void {
  let isSoonEnough = false;
  for (const answer of answers) {
    if (answer.kind === 'refused') continue;
    if (answer.waitsForAnEnd || answer.execution.status === 'running') isSoonEnough = true;
    else if (answer.execution.status === 'pending') return waker.wake(workspaceId);
  }
  if (isSoonEnough) waker.wakeSoon(workspaceId);
}

/**
 * After the commit, once for all that was asked for together: wakes the gate, and says in the log and in the metrics what was accepted, and what of a batch was
 * refused. A single request that is refused does not come here.
 */
export function afterEnqueue(
  workspaceId: string,
  answers: readonly EnqueueAnswer[],
  log: FastifyBaseLogger,
  { waker, metrics }: Pick<RouteDeps, 'waker' | 'metrics'>,
): void {
  wakeGateFor(workspaceId, answers, waker);
  for (const answer of answers) {
    if (answer.kind === 'placed') logAccepted(log, answer);
    if (answer.kind === 'refused') countRefused(metrics, [answer]);
    else metrics.accepted(answer.kind === 'placed' ? 'new' : 'repeated');
  }
}

/** Items of a batch. */
export function countRefused(
  metrics: Pick<RouteDeps['metrics'], 'refused'>,
  items: readonly { readonly error: Error }[],
): void {
  for (const { error } of items) metrics.refused(errorResponse(error).problem, 'batch');
}

function logAccepted(log: FastifyBaseLogger, { execution }: Placed): void {
  const { workspaceId, id: executionId, seq, workflowType } = execution;
  executionLog.accepted(log, { workspaceId, executionId, seq }, workflowType);
}
