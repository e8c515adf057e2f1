import assert from 'node:assert/strict';
import { test } from 'node:test';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';
import { failingTaskOf } from '../../src/temporal/runs/task-failures.ts';
import { type PendingTask, judgeStall } from '../../src/worker/stalls/judge-stall.ts';

const { WorkflowTaskFailedCause, TimeoutType } = proto.temporal.api.enums.v1;

const NOW = new Date('2026-11-28T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

const judge = (task: Partial<PendingTask>, isPolled = true) =>
  judgeStall(
    { pending: null, failing: null, taskQueue: 'workflow.workspace.acme', ...task },
    { now: NOW, afterMs: 60_000, isPolled },
  )?.reason ?? null;

const pending = (fields: Partial<NonNullable<PendingTask['pending']>> = {}) => ({
  isStarted: false,
  attempt: 1,
  scheduledAt: ago(90),
  ...fields,
});
const failing = (since: Date) => ({ cause: 'UNSPECIFIED', message: 'x', since });

test('a workflow without a workflow task waits for something and is not stalled, whatever failed before', () => {
  assert.equal(judge({}), null);
  assert.equal(judge({ failing: failing(ago(3_600)) }), null);
});

test('a task that fails is a stall once it has for the time, whether it waits or runs', () => {
  assert.equal(judge({ pending: pending(), failing: failing(ago(59)) }), null);
  assert.equal(
    judge({ pending: pending({ scheduledAt: ago(1) }), failing: failing(ago(60)) }),
    'task-failing',
  );
  assert.equal(judge({ pending: pending({ isStarted: true }), failing: failing(ago(60)) }), 'task-failing');
});

test('a task that nobody takes is a stall once it has waited for the time; one that a worker has taken is not', () => {
  assert.equal(judge({ pending: pending({ scheduledAt: ago(59) }) }, false), null);
  assert.equal(judge({ pending: pending() }, false), 'no-worker');
  assert.equal(judge({ pending: pending() }), 'task-waiting');
  assert.equal(judge({ pending: pending({ isStarted: true }) }), null);
});

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const at = (seconds: number, event: HistoryEvent): HistoryEvent => ({
  eventTime: msToTs(seconds * 1000),
  ...event,
});
const failed = (seconds: number, cause: number, message = '') =>
  at(seconds, { workflowTaskFailedEventAttributes: { cause, failure: { message } } });
const timedOut = (seconds: number, timeoutType: number) =>
  at(seconds, { workflowTaskTimedOutEventAttributes: { timeoutType } });
const completed = (seconds: number) => at(seconds, { workflowTaskCompletedEventAttributes: {} });
const UNHANDLED = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE;

test('a failing task has the cause of its last failure and the time of the first since it last succeeded', () => {
  const events = [
    at(9, { workflowExecutionSignaledEventAttributes: {} }),
    failed(8, WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR, 'new'),
    failed(5, UNHANDLED, 'old'),
    completed(4),
    failed(3, UNHANDLED, 'healed'),
  ];
  assert.deepEqual(failingTaskOf(events), {
    cause: 'NON_DETERMINISTIC_ERROR',
    message: 'new',
    since: new Date(5_000),
  });
});

test('a task that a worker took and did not answer fails; one that went from a sticky queue to the common one does not', () => {
  assert.equal(failingTaskOf([timedOut(1, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE)])?.cause, 'TIMED_OUT');
  assert.equal(failingTaskOf([timedOut(1, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START)]), null);
});

test('a task that was refused its end, or reset, has not failed; what failed before a reset is over', () => {
  assert.equal(
    failingTaskOf([failed(2, WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND)]),
    null,
  );
  const reset = failed(2, WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW);
  assert.equal(failingTaskOf([reset, failed(1, UNHANDLED)]), null);
});
