import {
  type Client,
  type ScheduleDescription,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { DEFAULT_QUEUE, SWEEP_SCHEDULE_ID, SWEEP_WORKFLOW_TYPE } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { NamespaceTakenError } from '../../temporal/namespace/installation.ts';
import { ownerOf } from '../../temporal/namespace/sweep-schedule-owner.ts';
import type { SweepInput } from '../../workflows/sweep/contract.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** A sweep that hangs would block all later ones by the overlap policy: it is timed out. Ten times what a slow one takes. */
const SWEEP_MAX_DURATION_MS = 10 * 60_000;
/** After an outage one sweep finds everything, so missed sweeps are not made up for. 1 min is Temporal's own minimum. */
const CATCH_UP_WINDOW_MS = 60_000;
const KEEP_INTERVAL_MS = 60_000;
const NOTE =
  'Sluice: wakes the gates of workspaces that a lost signal left behind. May be paused; then a lost wake waits until it runs again. Workers make it again when it is deleted.';

/** Keeps the sweep's schedule in existence for as long as the process runs. A pause is the operator's own and is left alone. */
export function startSweepScheduleKeeper(client: Client, sweep: Sweep, log: Log): Repeating {
  return repeatEvery(
    KEEP_INTERVAL_MS,
    () => ensureSweepSchedule(client, sweep, log),
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'the sweep schedule could not be checked; it is tried again in a minute',
      ),
  );
}

/** What the schedule is made for. */
export interface Sweep {
  readonly intervalSeconds: number;
  readonly deployment: string;
}

/**
 * Makes the sweep's schedule when it is missing, and gives it the configured interval when that has changed; one from before schedules said
 * whose they are becomes ours. Throws what the client throws.
 *
 * @throws NamespaceTakenError when it is another deployment's
 */
export async function ensureSweepSchedule(client: Client, sweep: Sweep, log: Log): Promise<void> {
  const { intervalSeconds, deployment } = sweep;
  const everyMs = intervalSeconds * 1000;
  const handle = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  try {
    const described = await handle.describe();
    const { intervals } = described.spec;
    const owner = refuseOther(client, described, deployment);
    if (owner !== null && intervals?.length === 1 && intervals[0]!.every === everyMs) return;
    await handle.update((now) => {
      refuseOther(client, now, deployment);
      const action = { ...now.action, args: [{ deployment } satisfies SweepInput] };
      return { ...now, action, spec: { intervals: [{ every: everyMs }] } };
    });
    // Of two that took it at the same moment, the later has it.
    refuseOther(client, await handle.describe(), deployment);
    log.info({ scheduleId: SWEEP_SCHEDULE_ID, ...sweep }, 'the sweep schedule was changed');
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await createSweepSchedule(client, everyMs, deployment);
    log.info({ scheduleId: SWEEP_SCHEDULE_ID, ...sweep }, 'the sweep schedule was made');
  }
}

function refuseOther(client: Client, described: ScheduleDescription, deployment: string): string | null {
  const owner = ownerOf(described);
  if (owner !== null && owner !== deployment)
    throw new NamespaceTakenError(client.options.namespace, owner, deployment);
  return owner;
}

async function createSweepSchedule(client: Client, everyMs: number, deployment: string): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: SWEEP_SCHEDULE_ID,
      spec: { intervals: [{ every: everyMs }] },
      action: {
        type: 'startWorkflow',
        workflowType: SWEEP_WORKFLOW_TYPE,
        workflowId: SWEEP_SCHEDULE_ID,
        taskQueue: DEFAULT_QUEUE,
        args: [{ deployment } satisfies SweepInput],
        workflowExecutionTimeout: SWEEP_MAX_DURATION_MS,
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS },
      memo: { about: NOTE },
      state: { note: NOTE },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Another worker process was quicker: of this installation, or of another one.
    refuseOther(client, await client.schedule.getHandle(SWEEP_SCHEDULE_ID).describe(), deployment);
  }
}
