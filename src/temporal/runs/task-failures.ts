import type { Client } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { WorkflowTaskFailedCause, TimeoutType } = proto.temporal.api.enums.v1;

/** Enough for several failures with what came between them; Temporal writes a repeated one into history only when something came. */
const EVENTS_READ = 50;

/** Not the worker's doing: something came while the task ran, or the task was given up for another. */
const HARMLESS_CAUSES: ReadonlySet<number | null | undefined> = new Set([
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND,
]);

export interface FailingTask {
  /** Temporal's name of the cause of the last failure, or `TIMED_OUT`. */
  readonly cause: string;
  readonly message: string;
  /** The first failure that no success has followed, as far back as was read. */
  readonly since: Date;
}

/** How a run's workflow task failed since it last succeeded; null when it did not. Decodes no payload. */
export async function readFailingTask(
  client: Client,
  run: { workflowId: string; runId: string },
): Promise<FailingTask | null> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: run,
    maximumPageSize: EVENTS_READ,
  });
  return failingTaskOf(history?.events ?? []);
}

/** The same of events, the newest first. */
export function failingTaskOf(events: readonly HistoryEvent[]): FailingTask | null {
  let last: { cause: string; message: string } | null = null;
  let since = new Date();
  for (const event of events) {
    if (event.workflowTaskCompletedEventAttributes || isReset(event)) break;
    const failure = failureOf(event);
    if (failure === null || !event.eventTime) continue;
    last ??= failure;
    since = tsToDate(event.eventTime);
  }
  return last && { ...last, since };
}

function isReset({ workflowTaskFailedEventAttributes: failed }: HistoryEvent): boolean {
  return failed?.cause === WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW;
}

function failureOf(event: HistoryEvent): { cause: string; message: string } | null {
  const { workflowTaskFailedEventAttributes: failed, workflowTaskTimedOutEventAttributes: timedOut } = event;
  if (failed && !HARMLESS_CAUSES.has(failed.cause))
    return { cause: nameOf(failed.cause ?? 0), message: failed.failure?.message ?? '' };
  // A task that nobody took goes from a Worker's own queue to the common one: that is no failure.
  if (timedOut?.timeoutType === TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE)
    return { cause: 'TIMED_OUT', message: 'The worker that took the workflow task did not answer in time.' };
  return null;
}

function nameOf(cause: number): string {
  return (WorkflowTaskFailedCause[cause] ?? String(cause)).replace('WORKFLOW_TASK_FAILED_CAUSE_', '');
}
