import {
  type Client,
  type ScheduleDescription,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import {
  DEFAULT_QUEUE,
  RETENTION_SCHEDULE_ID,
  RETENTION_WORKFLOW_TYPE,
  SWEEP_SCHEDULE_ID,
  SWEEP_WORKFLOW_TYPE,
} from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { NamespaceTakenError } from '../../temporal/namespace/installation.ts';
import { ownerOf, type ScheduleInput } from '../../temporal/namespace/schedule-owner.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** One run finds everything, so missed runs are not made up for. 1 min is Temporal's own minimum. */
const CATCH_UP_WINDOW_MS = 60_000;
const KEEP_INTERVAL_MS = 60_000;

/** A workflow of the queue `workflows.default` that runs by the clock, and never beside itself. */
export interface Scheduled {
  readonly scheduleId: string;
  readonly workflowType: string;
  readonly intervalSeconds: number;
  /** A run that hangs would block all later ones by the overlap policy: it is timed out. */
  readonly maxDurationMs: number;
  readonly note: string;
  readonly deployment: string;
}

type When = Pick<Scheduled, 'intervalSeconds' | 'deployment'>;

/** It is timed out after ten times what a slow one takes. */
export function sweepSchedule(when: When): Scheduled {
  return {
    ...when,
    scheduleId: SWEEP_SCHEDULE_ID,
    workflowType: SWEEP_WORKFLOW_TYPE,
    maxDurationMs: 10 * 60_000,
    note: 'Sluice: wakes the gates of workspaces that a lost signal left behind. May be paused; then a lost wake waits until it runs again. Workers make it again when it is deleted.',
  };
}

/** It is timed out after twice what it takes when a transaction holds partitions of every class. */
export function retentionSchedule(when: When): Scheduled {
  return {
    ...when,
    scheduleId: RETENTION_SCHEDULE_ID,
    workflowType: RETENTION_WORKFLOW_TYPE,
    maxDurationMs: 6 * 3_600_000,
    note: 'Sluice: makes partitions ahead and drops those that are past their retention. May be paused; then nothing is dropped until it runs again, and that run drops all that is due. Workers make it again when it is deleted.',
  };
}

/** Keeps schedules in existence for as long as the process runs. A pause is the operator's own and is left alone. */
export function startScheduleKeeper(client: Client, schedules: readonly Scheduled[], log: Log): Repeating {
  return repeatEvery(
    KEEP_INTERVAL_MS,
    async () => {
      for (const scheduled of schedules) await ensureSchedule(client, scheduled, log);
    },
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'the schedules could not be checked; they are tried again in a minute',
      ),
  );
}

/**
 * Makes a schedule when it is missing, and gives it the configured interval when that has changed; one from before schedules said whose
 * they are becomes ours. Throws what the client throws.
 *
 * @throws NamespaceTakenError when it is another deployment's
 */
export async function ensureSchedule(client: Client, scheduled: Scheduled, log: Log): Promise<void> {
  const { scheduleId, intervalSeconds, deployment } = scheduled;
  const facts = { scheduleId, intervalSeconds, deployment };
  const everyMs = intervalSeconds * 1000;
  const handle = client.schedule.getHandle(scheduleId);
  try {
    const described = await handle.describe();
    const { intervals } = described.spec;
    const owner = refuseOther(client, described, deployment);
    if (owner !== null && intervals?.length === 1 && intervals[0]!.every === everyMs) return;
    await handle.update((now) => {
      refuseOther(client, now, deployment);
      const action = { ...now.action, args: [{ deployment } satisfies ScheduleInput] };
      return { ...now, action, spec: { intervals: [{ every: everyMs }] } };
    });
    // Of two that took it at the same moment, the later has it.
    refuseOther(client, await handle.describe(), deployment);
    log.info(facts, 'the schedule was changed');
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await createSchedule(client, scheduled);
    log.info(facts, 'the schedule was made');
  }
}

function refuseOther(client: Client, described: ScheduleDescription, deployment: string): string | null {
  const owner = ownerOf(described);
  if (owner !== null && owner !== deployment)
    throw new NamespaceTakenError(client.options.namespace, owner, deployment);
  return owner;
}

async function createSchedule(client: Client, scheduled: Scheduled): Promise<void> {
  const { scheduleId, workflowType, intervalSeconds, maxDurationMs, note, deployment } = scheduled;
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: intervalSeconds * 1000 }] },
      action: {
        type: 'startWorkflow',
        workflowType,
        workflowId: scheduleId,
        taskQueue: DEFAULT_QUEUE,
        args: [{ deployment } satisfies ScheduleInput],
        workflowExecutionTimeout: maxDurationMs,
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS },
      memo: { about: note },
      state: { note },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Another worker process was quicker: of this installation, or of another one.
    refuseOther(client, await client.schedule.getHandle(scheduleId).describe(), deployment);
  }
}
