import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import Long from 'long';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { createLog } from '../../src/process/log.ts';
import { gateWorkflowBundle } from '../../src/worker/code/gate-bundle.ts';
import { installTemporalRuntime } from '../../src/worker/sdk/runtime.ts';
import { type HistoryFile, readHistory } from './history-file.ts';

// Why a reconcile must end before the SDK keeps its workflow task open by a heartbeat. The SDK takes a task that completed without commands,
// with the next one scheduled at once, for one task when it replays, and with it a signal that came only before the second one's start.

type HistoryEvent = NonNullable<HistoryFile['history']['events']>[number];
type Step =
  | 'start'
  | 'signal'
  | 'scheduled'
  | 'started'
  | 'completed'
  | 'reconciled'
  | 'reconciled again'
  | 'limit shown';

const { history, workflowId } = readHistory('was resized by signal');
let workflowBundle: WorkflowBundleOption;
before(async () => {
  const log = createLog({ level: 'silent', process: 'test' });
  installTemporalRuntime(log);
  workflowBundle = await gateWorkflowBundle(log);
});

test('a signal that comes while a reconcile is kept open is replayed where it came, when it came during a task', async () => {
  await replay(['started', 'completed', 'signal', 'scheduled', 'started']);
});

test('the SDK replays a signal between a heartbeat and the start of its task as if it had come before the first task', async () => {
  await assert.rejects(replay(['started', 'completed', 'scheduled', 'signal', 'started']), (error) => {
    assert.ok(error instanceof DeterminismViolationError);
    assert.match(error.message, /Missing associated machine for LocalActivity\(2\)/);
    return true;
  });
});

/** Replays a gate that is woken during its first reconcile, which a heartbeat keeps open, and reconciles again in the same task. */
async function replay(heartbeat: readonly Step[]): Promise<void> {
  const steps: readonly Step[] = [
    ...(['start', 'signal', 'scheduled'] as const),
    ...heartbeat,
    ...(['completed', 'reconciled', 'limit shown', 'reconciled again', 'scheduled', 'started'] as const),
  ];
  await Worker.runReplayHistory({ workflowBundle }, { events: eventsOf(steps) }, workflowId);
}

/** Made of recorded events, with nothing admitted. */
function eventsOf(steps: readonly Step[]): HistoryEvent[] {
  const recorded = history.events ?? [];
  const of = (attributes: keyof HistoryEvent) => recorded.filter((event) => event[attributes]);
  const [reconciled, reconciledAgain] = of('markerRecordedEventAttributes').map(withNothingAdmitted);
  const first: Record<Step, HistoryEvent | undefined> = {
    start: recorded[0],
    signal: of('workflowExecutionSignaledEventAttributes')[0],
    scheduled: of('workflowTaskScheduledEventAttributes')[0],
    started: of('workflowTaskStartedEventAttributes')[0],
    completed: of('workflowTaskCompletedEventAttributes')[0],
    reconciled,
    'reconciled again': reconciledAgain,
    'limit shown': of('upsertWorkflowSearchAttributesEventAttributes')[0],
  };
  const lastBefore = (index: number, step: Step) =>
    Long.fromNumber(steps.slice(0, index).lastIndexOf(step) + 1);
  return steps.map((step, index) => {
    const event = first[step]!;
    const ids = {
      scheduledEventId: lastBefore(index, 'scheduled'),
      startedEventId: lastBefore(index, 'started'),
    };
    const { workflowTaskStartedEventAttributes: started, workflowTaskCompletedEventAttributes: completed } =
      event;
    return {
      ...event,
      eventId: Long.fromNumber(index + 1),
      ...(started && {
        workflowTaskStartedEventAttributes: { ...started, scheduledEventId: ids.scheduledEventId },
      }),
      ...(completed && { workflowTaskCompletedEventAttributes: { ...completed, ...ids } }),
    };
  });
}

function withNothingAdmitted(event: HistoryEvent): HistoryEvent {
  const payload = event.markerRecordedEventAttributes!.details!['result']!.payloads![0]!;
  const answer = JSON.parse(Buffer.from(payload.data!).toString()) as object;
  payload.data = Buffer.from(JSON.stringify({ ...answer, admitted: [], cancel: [] }));
  return event;
}
