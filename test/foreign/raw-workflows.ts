import { setTimeout as delay } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';
import {
  type RawActivityAnswer,
  type RawActivityTask,
  type RawCommand,
  type RawFailure,
  type RawPayload,
  type RawWorkflowAnswer,
  type RawWorkflowTask,
  cancels,
  completes,
  continuesAsNew,
  fails,
  failsTask,
  goesOn,
  rawPayload,
} from '../support/raw-worker.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What `Request` is in test/foreign/go, but for signals. */
interface Request {
  readonly encryptMemo?: boolean;
  readonly ms?: number;
  readonly times?: number;
  readonly encoding?: string;
  /** Base64. */
  readonly data?: string;
  readonly type?: string;
  readonly message?: string;
}

const { CommandType, RetryState } = proto.temporal.api.enums.v1;

const STEP_ID = 'step';

/** As the Go worker's: longer than any activity takes, so that one whose worker was killed is soon run again. */
const ACTIVITY_OPTIONS = {
  startToCloseTimeout: msToTs('4 s'),
  retryPolicy: {
    initialInterval: msToTs('100 ms'),
    backoffCoefficient: 1.5,
    maximumInterval: msToTs('1 s'),
  },
} as const;

/**
 * The workflows of test/foreign/go, answered on Temporal's raw API: the same types, inputs and ends, so that one list of requests suits
 * both. Each task is answered from the history alone.
 */
export function answerWorkflow(task: RawWorkflowTask): RawWorkflowAnswer {
  const { history, workflowType } = task;
  const request = requestOf(task.input);
  if (history.some((event) => event.workflowExecutionCancelRequestedEventAttributes)) return cancels();
  const memoIsSet = history.some((event) => event.workflowPropertiesModifiedEventAttributes);
  const memo = request.encryptMemo === true && !memoIsSet ? [UNREADABLE_MEMO] : [];
  const step = stepOf(history);
  if (step === 'open') return goesOn;
  if (step === 'none' && hasStep(workflowType, request))
    return { commands: [...memo, firstStepOf(task, request)] };
  const end = endOf(task, request, step === 'none' ? null : step);
  return typeof end === 'object' && 'commands' in end ? { commands: [...memo, ...end.commands] } : end;
}

/** The activities of those workflows. */
export async function answerActivity(task: RawActivityTask): Promise<RawActivityAnswer> {
  const request = requestOf(task.input);
  switch (task.activityType) {
    case 'work':
      await delay(request.ms ?? 0);
      return json(request.ms ?? 0);
    case 'failAtFirst':
      return task.attempt <= (request.times ?? 0)
        ? { failure: failureOf('AtFirst', `attempt ${task.attempt} fails`) }
        : json(task.attempt);
    case 'fail':
      return { failure: failureOf(request.type ?? '', request.message ?? '', { nonRetryable: true }) };
    default:
      return { failure: failureOf('Unknown', `no activity ${task.activityType}`, { nonRetryable: true }) };
  }
}

/** The one activity or timer of a run: what it ended with, or that it has not. */
type Step = 'none' | 'open' | HistoryEvent;

function stepOf(history: readonly HistoryEvent[]): Step {
  const ended = history.find(
    (event) =>
      event.timerFiredEventAttributes ||
      event.activityTaskCompletedEventAttributes ||
      event.activityTaskFailedEventAttributes ||
      event.activityTaskTimedOutEventAttributes,
  );
  if (ended) return ended;
  return history.some(
    (event) => event.timerStartedEventAttributes || event.activityTaskScheduledEventAttributes,
  )
    ? 'open'
    : 'none';
}

const ACTIVITY_OF: Readonly<Record<string, string>> = {
  brief: 'work',
  withChild: 'work',
  retries: 'failAtFirst',
  activityError: 'fail',
};

function hasStep(workflowType: string, { ms = 0 }: Request): boolean {
  return workflowType in ACTIVITY_OF || ms > 0;
}

function firstStepOf({ workflowType, history }: RawWorkflowTask, request: Request): RawCommand {
  const activity = ACTIVITY_OF[workflowType];
  if (activity === undefined)
    return {
      commandType: CommandType.COMMAND_TYPE_START_TIMER,
      startTimerCommandAttributes: {
        timerId: STEP_ID,
        startToFireTimeout: msToTs(request.ms ?? 0),
      },
    };
  return {
    commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    scheduleActivityTaskCommandAttributes: {
      activityId: STEP_ID,
      activityType: { name: activity },
      // The workflow's own; unlike the SDKs the server wants it named.
      taskQueue: history[0]?.workflowExecutionStartedEventAttributes?.taskQueue ?? {},
      input: { payloads: [rawPayload('json/plain', JSON.stringify(request))] },
      ...ACTIVITY_OPTIONS,
    },
  };
}

function endOf(task: RawWorkflowTask, request: Request, step: HistoryEvent | null): RawWorkflowAnswer {
  const failed =
    step?.activityTaskFailedEventAttributes?.failure ?? step?.activityTaskTimedOutEventAttributes?.failure;
  if (failed)
    return fails({
      message: 'activity error',
      cause: failed,
      activityFailureInfo: {
        activityId: STEP_ID,
        activityType: { name: ACTIVITY_OF[task.workflowType] ?? '' },
      },
    });
  const { type = '', message = '', times = 0 } = request;
  switch (task.workflowType) {
    case 'nothing':
      return completes(null);
    case 'struct':
      return completes([rawPayload('json/plain', '{"lines":2,"names":["a","b"]}')]);
    case 'bytes':
      return completes([rawPayload('binary/plain', Uint8Array.of(0, 1, 2, 255))]);
    case 'emptyString':
      return completes([rawPayload('json/plain', '""')]);
    case 'proto':
      return completes([rawPayload('json/protobuf', '"a proto"')]);
    case 'raw':
      return completes([rawPayload(request.encoding ?? '', Buffer.from(request.data ?? '', 'base64'))]);
    case 'plainError':
      return fails(failureOf('', message));
    case 'applicationError':
      return fails(failureOf(type, message));
    case 'childError':
      return fails({
        message: 'child workflow execution error',
        cause: failureOf(type, message),
        childWorkflowExecutionFailureInfo: {
          workflowType: { name: 'applicationError' },
          retryState: RetryState.RETRY_STATE_RETRY_POLICY_NOT_SET,
        },
      });
    case 'panics':
      return task.attempt <= times ? failsTask(message) : completes(null);
    case 'continues': {
      if (times === 0) return completes([rawPayload('json/plain', String(request.ms ?? 0))]);
      const next = rawPayload('json/plain', JSON.stringify({ ...request, times: times - 1 }));
      return continuesAsNew(task, { input: [next], memo: memoOf(task) });
    }
    case 'brief':
    case 'withChild':
    case 'retries':
      return completes(step?.activityTaskCompletedEventAttributes?.result?.payloads ?? null);
    default:
      return failsTask(`no workflow ${task.workflowType}`);
  }
}

const UNREADABLE_MEMO: RawCommand = {
  commandType: CommandType.COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES,
  modifyWorkflowPropertiesCommandAttributes: {
    upsertedMemo: { fields: { theirs: rawPayload('binary/encrypted', Uint8Array.of(0x8f, 0, 0xff)) } },
  },
};

/** An SDK carries the memo on into the next run; on the raw API one has to. */
function memoOf({ history }: RawWorkflowTask): Record<string, RawPayload> {
  return {
    ...history[0]?.workflowExecutionStartedEventAttributes?.memo?.fields,
    ...history.findLast((event) => event.workflowPropertiesModifiedEventAttributes)
      ?.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields,
  };
}

function requestOf([payload]: readonly RawPayload[]): Request {
  return payload?.data ? (JSON.parse(Buffer.from(payload.data).toString()) as Request) : {};
}

function json(value: number): RawActivityAnswer {
  return { result: [rawPayload('json/plain', JSON.stringify(value))] };
}

function failureOf(type: string, message: string, { nonRetryable = false } = {}): RawFailure {
  return { message, source: 'raw', applicationFailureInfo: { type, nonRetryable } };
}
