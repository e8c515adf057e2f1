import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';
import { FailureType, type Outcome } from '../domain/outcome.ts';
import { completedOutcome, failedOutcome, timedOutOutcome } from '../domain/outcomes.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type ProtoFailure = temporal.api.failure.v1.IFailure;

const CLOSE_EVENT = proto.temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;

/** Above the server's own long poll of 20 s; below it, each wait would end in an error. */
const LONG_POLL_DEADLINE_MS = 60_000;

/**
 * The event that closed a run; null while it is open. With `wait`, waits for it by long polls until the signal aborts, and then
 * throws.
 */
export async function closeEventOf(
  client: Client,
  run: { workflowId: string; runId: string },
  options: { wait: AbortSignal | null },
): Promise<HistoryEvent | null> {
  const { wait } = options;
  let nextPageToken: Uint8Array | undefined;
  for (;;) {
    const request = {
      namespace: client.options.namespace,
      execution: { workflowId: run.workflowId, runId: run.runId },
      waitNewEvent: wait !== null,
      historyEventFilterType: CLOSE_EVENT,
      skipArchival: true,
      ...(nextPageToken && { nextPageToken }),
    };
    const ask = () => client.workflowService.getWorkflowExecutionHistory(request);
    const answer = await client.withDeadline(Date.now() + LONG_POLL_DEADLINE_MS, () =>
      wait === null ? ask() : client.withAbortSignal(wait, ask),
    );
    const event = answer.history?.events?.at(-1);
    if (event) return isCloseEvent(event) ? event : null;
    if (wait === null || !answer.nextPageToken?.length) return null;
    nextPageToken = answer.nextPageToken;
  }
}

/** How a run ended and when, as Temporal says. Call it only with an event that ends an execution for good. */
export function outcomeOfCloseEvent(event: HistoryEvent): { outcome: Outcome; closedAt: string } {
  return { outcome: outcomeOf(event), closedAt: new Date(tsToMs(event.eventTime)).toISOString() };
}

function isCloseEvent(event: HistoryEvent): boolean {
  return Boolean(
    event.workflowExecutionCompletedEventAttributes ||
    event.workflowExecutionFailedEventAttributes ||
    event.workflowExecutionTimedOutEventAttributes ||
    event.workflowExecutionCanceledEventAttributes ||
    event.workflowExecutionTerminatedEventAttributes ||
    event.workflowExecutionContinuedAsNewEventAttributes,
  );
}

function outcomeOf(event: HistoryEvent): Outcome {
  if (event.workflowExecutionCompletedEventAttributes) {
    const payload = event.workflowExecutionCompletedEventAttributes.result?.payloads?.[0];
    const encoding = payload?.metadata?.['encoding'];
    return completedOutcome(encoding ? text(encoding) : '', payload?.data ?? new Uint8Array(), text);
  }
  if (event.workflowExecutionFailedEventAttributes) {
    return failedOutcome('failed', innermost(event.workflowExecutionFailedEventAttributes.failure ?? {}));
  }
  if (event.workflowExecutionTimedOutEventAttributes) return timedOutOutcome(null);
  if (event.workflowExecutionCanceledEventAttributes) return failedOutcome('cancelled', null);
  if (event.workflowExecutionTerminatedEventAttributes) {
    const { reason } = event.workflowExecutionTerminatedEventAttributes;
    return failedOutcome('terminated', {
      type: FailureType.terminated,
      message: reason || 'Workflow execution terminated',
    });
  }
  throw new Error(`The event of type ${event.eventType} does not end an execution.`);
}

/** The wrappers around an activity's or a child's failure say only that it failed. */
function innermost(failure: ProtoFailure): { type: string; message: string } {
  const wrapper = failure.activityFailureInfo || failure.childWorkflowExecutionFailureInfo;
  if (wrapper && failure.cause) return innermost(failure.cause);
  return {
    type: failure.applicationFailureInfo?.type || failureKind(failure),
    message: failure.message ?? '',
  };
}

function failureKind(failure: ProtoFailure): string {
  if (failure.timeoutFailureInfo) return 'TimeoutFailure';
  if (failure.canceledFailureInfo) return 'CancelledFailure';
  if (failure.serverFailureInfo) return 'ServerFailure';
  return 'Error';
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
