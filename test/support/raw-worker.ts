import { setTimeout as delay } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';

export type RawPayload = temporal.api.common.v1.IPayload;
export type RawFailure = temporal.api.failure.v1.IFailure;
export type RawCommand = temporal.api.command.v1.ICommand;

const { CommandType, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** A workflow task as the server gives it. */
export interface RawWorkflowTask {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly runId: string;
  /** 1 for a first try. */
  readonly attempt: number;
  /** The workflow's arguments. */
  readonly input: readonly RawPayload[];
  /** From the first event on: the first page, which has some 250 events. */
  readonly history: readonly temporal.api.history.v1.IHistoryEvent[];
}

export interface RawActivityTask {
  readonly activityType: string;
  readonly activityId: string;
  readonly workflowId: string;
  readonly attempt: number;
  readonly input: readonly RawPayload[];
}

/** `nothing` leaves the task to its time-out. A task that is completed without commands leaves its workflow open. */
export type RawWorkflowAnswer =
  | { readonly commands: readonly RawCommand[] }
  | { readonly failTask: { readonly message: string; readonly cause?: number } }
  | 'nothing';

export type RawActivityAnswer =
  { readonly result: readonly RawPayload[] | null } | { readonly failure: RawFailure } | 'nothing';

export interface RawWorkerOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Workflow tasks are polled for when it is given. An answer may be late: other tasks are answered meanwhile. */
  readonly workflows?: (task: RawWorkflowTask) => RawWorkflowAnswer | Promise<RawWorkflowAnswer>;
  /** Activity tasks are polled for when it is given. */
  readonly activities?: (task: RawActivityTask) => RawActivityAnswer | Promise<RawActivityAnswer>;
  /** Polls that are open at once, for each kind of task. Defaults to 2. */
  readonly polls?: number;
  /** Called with the error of a poll, of an answer or of the server about an answer. Without it `stop` throws them. */
  readonly onError?: (error: unknown) => void;
}

export interface RawWorker {
  /**
   * Ends the open polls and drops the answers that are not ready. A task that the server matches to a poll at this very moment comes
   * again after its time-out.
   *
   * @throws AggregateError of all errors so far, unless `onError` was given.
   */
  stop(): Promise<void>;
}

/** Above the server's own long poll of 60 s. */
const POLL_DEADLINE_MS = 70_000;

/** Between two polls when the first of them failed. */
const POLL_AGAIN_MS = 250;

const IDENTITY = 'raw-worker';
const NOT_FOUND = 5;

/**
 * Polls a task queue on Temporal's own API, without any SDK's worker, and answers each task by a function. It stands for the workers
 * that Sluice does not ship: in other languages, with payload codecs, or with faults. It can answer what the TypeScript SDK never does,
 * such as no result at all, bytes that are not the JSON that they claim to be, or a failure without a type. For a workspace with
 * `workers: 'external'`.
 */
export function startRawWorker({ client, taskQueue, polls = 2, ...options }: RawWorkerOptions): RawWorker {
  const { workflowService } = client;
  const { namespace } = client.options;
  const stopped = new AbortController();
  const untilStopped = new Promise<'nothing'>((resolve) => {
    stopped.signal.addEventListener('abort', () => resolve('nothing'), { once: true });
  });
  const answering = new Set<Promise<void>>();
  const errors: unknown[] = [];
  const onError = options.onError ?? ((error: unknown) => void errors.push(error));
  const queue = { namespace, identity: IDENTITY, taskQueue: { name: taskQueue } };

  const pollOn = async (pollOnce: () => Promise<(() => Promise<void>) | null>) => {
    while (!stopped.signal.aborted) {
      try {
        const deadline = Date.now() + POLL_DEADLINE_MS;
        // A signal of its own, because the client never stops listening to it.
        const untilStop = AbortSignal.any([stopped.signal]);
        const answer = await client.withDeadline(deadline, () => client.withAbortSignal(untilStop, pollOnce));
        if (answer === null) continue;
        const answered = answer()
          .catch(onError)
          .finally(() => answering.delete(answered));
        answering.add(answered);
      } catch (error) {
        if (stopped.signal.aborted) return;
        onError(error);
        await delay(POLL_AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => {});
      }
    }
  };

  const pollWorkflows = (answerOf: NonNullable<typeof options.workflows>) => async () => {
    const polled = await workflowService.pollWorkflowTaskQueue(queue);
    const { taskToken } = polled;
    if (taskToken.length === 0) return null;
    const task = { namespace, identity: IDENTITY, taskToken };
    return async () => {
      const answer = await readyOrStopped(answerOf(workflowTaskOf(polled)));
      if (answer === 'nothing') return;
      const respond =
        'commands' in answer
          ? workflowService.respondWorkflowTaskCompleted({
              ...task,
              commands: [...answer.commands],
            })
          : workflowService.respondWorkflowTaskFailed({
              ...task,
              cause:
                answer.failTask.cause ??
                WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
              failure: { message: answer.failTask.message },
            });
      await unlessGone(respond);
    };
  };

  const pollActivities = (answerOf: NonNullable<typeof options.activities>) => async () => {
    const polled = await workflowService.pollActivityTaskQueue(queue);
    const { taskToken } = polled;
    if (taskToken.length === 0) return null;
    const task = { namespace, identity: IDENTITY, taskToken };
    return async () => {
      const answer = await readyOrStopped(answerOf(activityTaskOf(polled)));
      if (answer === 'nothing') return;
      const respond =
        'failure' in answer
          ? workflowService.respondActivityTaskFailed({
              ...task,
              failure: answer.failure,
            })
          : workflowService.respondActivityTaskCompleted({
              ...task,
              result: answer.result === null ? null : { payloads: [...answer.result] },
            });
      await unlessGone(respond);
    };
  };

  const readyOrStopped = <T>(answer: T | Promise<T>): Promise<T | 'nothing'> =>
    Promise.race([answer, untilStopped]);

  const { workflows, activities } = options;
  const polling = Array.from({ length: polls }, () => [
    ...(workflows ? [pollOn(pollWorkflows(workflows))] : []),
    ...(activities ? [pollOn(pollActivities(activities))] : []),
  ]).flat();

  return {
    async stop() {
      stopped.abort();
      await Promise.all(polling);
      await Promise.all(answering);
      if (errors.length > 0)
        throw new AggregateError(
          errors,
          `the raw worker met ${errors.length} errors; first: ${String(errors[0])}`,
        );
    },
  };
}

/** The workflow, or the task, may have ended before its answer. */
async function unlessGone(respond: Promise<unknown>): Promise<void> {
  try {
    await respond;
  } catch (error) {
    if (!(isGrpcServiceError(error) && error.code === NOT_FOUND)) throw error;
  }
}

function workflowTaskOf(
  polled: temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse,
): RawWorkflowTask {
  const history = polled.history?.events ?? [];
  return {
    workflowType: polled.workflowType?.name ?? '',
    workflowId: polled.workflowExecution?.workflowId ?? '',
    runId: polled.workflowExecution?.runId ?? '',
    attempt: polled.attempt ?? 1,
    input: history[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [],
    history,
  };
}

function activityTaskOf(
  polled: temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse,
): RawActivityTask {
  return {
    activityType: polled.activityType?.name ?? '',
    activityId: polled.activityId ?? '',
    workflowId: polled.workflowExecution?.workflowId ?? '',
    attempt: polled.attempt ?? 1,
    input: polled.input?.payloads ?? [],
  };
}

/** A payload of any bytes under any encoding; text is written as UTF-8. */
export function rawPayload(encoding: string, data?: string | Uint8Array): RawPayload {
  return {
    metadata: { encoding: Buffer.from(encoding) },
    ...(data !== undefined && { data: typeof data === 'string' ? Buffer.from(data) : data }),
  };
}

/** Completes the workflow. Null is no result at all, as a Go workflow that returns only an error has. */
export function completes(payloads: readonly RawPayload[] | null): RawWorkflowAnswer {
  return commandOf({
    commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    completeWorkflowExecutionCommandAttributes: {
      result: payloads === null ? null : { payloads: [...payloads] },
    },
  });
}

/** Fails the workflow with that very failure. */
export function fails(failure: RawFailure): RawWorkflowAnswer {
  return commandOf({
    commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
    failWorkflowExecutionCommandAttributes: { failure },
  });
}

/** Ends the workflow as cancelled, asked for or not. */
export function cancels(details: readonly RawPayload[] | null = null): RawWorkflowAnswer {
  return commandOf({
    commandType: CommandType.COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION,
    cancelWorkflowExecutionCommandAttributes: {
      details: details === null ? null : { payloads: [...details] },
    },
  });
}

/** Continues as new, as another type or on another task queue when they are given. */
export function continuesAsNew(
  task: RawWorkflowTask,
  to: {
    workflowType?: string;
    taskQueue?: string;
    input?: readonly RawPayload[];
    memo?: Record<string, RawPayload>;
  } = {},
): RawWorkflowAnswer {
  return commandOf({
    commandType: CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
    continueAsNewWorkflowExecutionCommandAttributes: {
      workflowType: { name: to.workflowType ?? task.workflowType },
      ...(to.taskQueue !== undefined && { taskQueue: { name: to.taskQueue } }),
      input: { payloads: [...(to.input ?? task.input)] },
      ...(to.memo && { memo: { fields: to.memo } }),
    },
  });
}

/** Leaves the workflow open until its next task. */
export const goesOn: RawWorkflowAnswer = { commands: [] };

/** Fails the workflow task, which the server then repeats. */
export function failsTask(message: string, cause?: number): RawWorkflowAnswer {
  return { failTask: { message, ...(cause !== undefined && { cause }) } };
}

function commandOf(command: RawCommand): RawWorkflowAnswer {
  return { commands: [command] };
}
