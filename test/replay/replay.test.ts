import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { createLog } from '../../src/process/log.ts';
import { gateWorkflowBundle } from '../../src/worker/code/gate-bundle.ts';
import { installTemporalRuntime } from '../../src/worker/sdk/runtime.ts';
import { changedGateBundle } from './changed-gate-bundle.ts';
import { type HistoryFile, readHistory } from './history-file.ts';

type HistoryEvent = NonNullable<HistoryFile['history']['events']>[number];

/** What a gate can meet, each recorded by `node tools/record-histories.mjs`, with the events that show it. */
const RECORDED: Record<string, readonly (keyof HistoryEvent)[]> = {
  'adopted what a terminated run had started': ['activityTaskCompletedEventAttributes'],
  'restarted after a run of other code': ['activityTaskCompletedEventAttributes'],
  'cancelled an execution': ['externalWorkflowExecutionCancelRequestedEventAttributes'],
  'continued as new with children in flight': ['workflowExecutionContinuedAsNewEventAttributes'],
  'adopted what it had started before it continued as new': ['activityTaskCompletedEventAttributes'],
  'had a child reset': ['childWorkflowExecutionCompletedEventAttributes'],
  'was cancelled': [
    'workflowExecutionCancelRequestedEventAttributes',
    'workflowExecutionContinuedAsNewEventAttributes',
  ],
  'had children of every outcome': [
    'childWorkflowExecutionCompletedEventAttributes',
    'childWorkflowExecutionFailedEventAttributes',
    'childWorkflowExecutionCanceledEventAttributes',
    'childWorkflowExecutionTerminatedEventAttributes',
    'startChildWorkflowExecutionFailedEventAttributes',
  ],
  'waited for Postgres': ['timerFiredEventAttributes'],
  'took the place of one that was stuck': ['activityTaskCompletedEventAttributes'],
  'was resized by signal': ['workflowExecutionSignaledEventAttributes'],
  'gave a watch up for a larger one': ['activityTaskCancelRequestedEventAttributes'],
};

/** The same of runs of retention, by `node tools/record-histories.mjs retention`. */
const RECORDED_RETENTION: typeof RECORDED = {
  'retention dropped what was due and was refused one': [
    'activityTaskCompletedEventAttributes',
    'activityTaskFailedEventAttributes',
    'workflowExecutionCompletedEventAttributes',
  ],
  'retention had nothing to do': ['workflowExecutionCompletedEventAttributes'],
  'retention waited for a reader': ['activityTaskScheduledEventAttributes'],
};

const log = createLog({ level: 'fatal', process: 'test' });
let today: WorkflowBundleOption;
before(async () => {
  installTemporalRuntime(log);
  today = await gateWorkflowBundle(log);
});

for (const [what, shownBy] of Object.entries(RECORDED))
  test(`today's gate replays one that ${what}`, () => replay(what, shownBy));

for (const [what, shownBy] of Object.entries(RECORDED_RETENTION))
  test(`today's retention replays a run in which ${what}`, () => replay(what, shownBy));

async function replay(what: string, shownBy: readonly (keyof HistoryEvent)[]): Promise<void> {
  const { history, workflowId } = readHistory(what);
  for (const attributes of shownBy)
    assert.ok(
      history.events?.some((event) => event[attributes]),
      `the history shows ${attributes}`,
    );
  await Worker.runReplayHistory({ workflowBundle: today }, history, workflowId);
}

test('a gate or a retention whose commands have changed is caught by every recorded history', async () => {
  const workflowBundle = await changedGateBundle();
  const all = Object.keys({ ...RECORDED, ...RECORDED_RETENTION }).map(readHistory);
  const replays = Worker.runReplayHistories({ workflowBundle }, all);
  for await (const { workflowId, error } of replays)
    assert.ok(error instanceof DeterminismViolationError, `${workflowId}: ${error}`);
});
