import { type Client, isGrpcServiceError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';
import type { DescribedRun } from './describe-run.ts';
import { FailureType, type Outcome } from '../../domain/outcome/outcome.ts';
import {
  completedOutcome,
  failedOutcome,
  outcomeOfFailure,
  timedOutOutcome,
} from '../../domain/outcome/outcome-of.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const Status = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

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

/**
 * How a run ended and when, as Temporal says. Call it only with an event that ends an execution for good. The longest duration is for the
 * text of a time-out.
 */
export function outcomeOfCloseEvent(
  event: HistoryEvent,
  maxDurationSeconds: number | null,
): { outcome: Outcome; closedAt: string } {
  return {
    outcome: outcomeOf(event, maxDurationSeconds),
    closedAt: new Date(tsToMs(event.eventTime)).toISOString(),
  };
}

/** The client's own words for an answer that it could not take apart, for example because a failure in it has a thousand causes. */
const UNREADABLE = 'Response message parsing error';

/** True when Temporal answered and the answer cannot be read here, now or later. */
export function isUnreadable(error: unknown): boolean {
  return isGrpcServiceError(error) && error.details.startsWith(UNREADABLE);
}

/** How a closed run ended, as far as its description says, when its last event cannot be read. */
export function outcomeOfUnreadable(run: DescribedRun): { outcome: Outcome; closedAt: string } {
  return {
    outcome: outcomeOfStatus(run),
    closedAt: (run.closedAt ?? new Date()).toISOString(),
  };
}

function outcomeOfStatus({ status, maxDurationSeconds }: DescribedRun): Outcome {
  switch (status) {
    case Status.WORKFLOW_EXECUTION_STATUS_COMPLETED:
      return { ...completedOutcome(null), resultOmitted: { reason: 'not-json', bytes: 0 } };
    case Status.WORKFLOW_EXECUTION_STATUS_CANCELED:
      return failedOutcome('cancelled', null);
    case Status.WORKFLOW_EXECUTION_STATUS_TERMINATED:
      return failedOutcome('terminated', { type: FailureType.terminated, message: UNREADABLE_MESSAGE });
    case Status.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return timedOutOutcome(maxDurationSeconds);
    default:
      return failedOutcome('failed', { type: 'Error', message: UNREADABLE_MESSAGE });
  }
}

const UNREADABLE_MESSAGE = 'It cannot be read here, being nested too deep; Temporal has it.';

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

function outcomeOf(event: HistoryEvent, maxDurationSeconds: number | null): Outcome {
  if (event.workflowExecutionCompletedEventAttributes) {
    return completedOutcome(event.workflowExecutionCompletedEventAttributes.result?.payloads?.[0]);
  }
  if (event.workflowExecutionFailedEventAttributes) {
    return outcomeOfFailure(event.workflowExecutionFailedEventAttributes.failure);
  }
  if (event.workflowExecutionTimedOutEventAttributes) return timedOutOutcome(maxDurationSeconds);
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
