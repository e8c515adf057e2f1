import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { DEFAULT_QUEUE, SWEEP_SCHEDULE_ID, SWEEP_WORKFLOW_TYPE } from '../domain/names.ts';
import type { Log } from '../log.ts';
import { type Repeating, repeatEvery } from './repeat.ts';
import { logRepeated } from '../repeated-failures.ts';

/** A sweep that hangs would block all later ones by the overlap policy: it is timed out. Ten times what a slow one takes. */
const SWEEP_MAX_DURATION_MS = 10 * 60_000;
/** After an outage one sweep finds everything, so those that were missed are not made up for. 1 min is Temporal's own least. */
const CATCH_UP_WINDOW_MS = 60_000;
const KEEP_INTERVAL_MS = 60_000;
const NOTE =
  'Sluice: wakes the gates of workspaces that a lost signal left behind. May be paused; then a lost wake waits until it runs again. Workers make it anew when it is deleted.';

/** Keeps the sweep's schedule in existence for as long as the process runs. A pause is the operator's own and is left alone. */
export function startSweepScheduleKeeper(client: Client, intervalSeconds: number, log: Log): Repeating {
  return repeatEvery(
    KEEP_INTERVAL_MS,
    () => ensureSweepSchedule(client, intervalSeconds, log),
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'the sweep schedule could not be checked; it is tried again in a minute',
      ),
  );
}

/**
 * Makes the sweep's schedule when it is missing, and gives it the configured interval when that has changed.
 * Throws what the client throws.
 */
export async function ensureSweepSchedule(client: Client, intervalSeconds: number, log: Log): Promise<void> {
  const everyMs = intervalSeconds * 1000;
  const handle = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  try {
    const { spec } = await handle.describe();
    if (spec.intervals?.length === 1 && spec.intervals[0]!.every === everyMs) return;
    await handle.update((now) => ({ ...now, spec: { intervals: [{ every: everyMs }] } }));
    log.info({ scheduleId: SWEEP_SCHEDULE_ID, intervalSeconds }, 'the sweep schedule has a new interval');
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await createSweepSchedule(client, everyMs);
    log.info({ scheduleId: SWEEP_SCHEDULE_ID, intervalSeconds }, 'the sweep schedule was made');
  }
}

async function createSweepSchedule(client: Client, everyMs: number): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: SWEEP_SCHEDULE_ID,
      spec: { intervals: [{ every: everyMs }] },
      action: {
        type: 'startWorkflow',
        workflowType: SWEEP_WORKFLOW_TYPE,
        workflowId: SWEEP_SCHEDULE_ID,
        taskQueue: DEFAULT_QUEUE,
        args: [],
        workflowExecutionTimeout: SWEEP_MAX_DURATION_MS,
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS },
      memo: { about: NOTE },
      state: { note: NOTE },
    });
  } catch (error) {
    // Another worker process was quicker.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
