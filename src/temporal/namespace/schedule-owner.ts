import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import { RETENTION_SCHEDULE_ID, SWEEP_SCHEDULE_ID } from '../../domain/names.ts';
import type { RetentionInput } from '../../workflows/retention/contract.ts';
import type { SweepInput } from '../../workflows/sweep/contract.ts';

/** By it a schedule says whose it is. */
export type ScheduleInput = SweepInput & RetentionInput;

/** The deployment that the namespace's sweep is for; null when there is no sweep, or one from before it said so. */
export async function sweepScheduleOwner(client: Client): Promise<string | null> {
  try {
    return ownerOf(await client.schedule.getHandle(SWEEP_SCHEDULE_ID).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

export function ownerOf({ action }: Pick<ScheduleDescription, 'action'>): string | null {
  const [input] = (action.args ?? []) as [Partial<ScheduleInput>?];
  return typeof input?.deployment === 'string' ? input.deployment : null;
}

/** Makes the namespace that of another deployment: its workers start, and those of the one before do not. */
export async function takeSchedules(client: Client, deployment: string): Promise<void> {
  // The sweep's last: by it the others know that all is taken.
  await takeSchedule(client, RETENTION_SCHEDULE_ID, deployment).catch((error) => {
    // Until the next worker makes it.
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  });
  await takeSchedule(client, SWEEP_SCHEDULE_ID, deployment);
}

async function takeSchedule(client: Client, scheduleId: string, deployment: string): Promise<void> {
  const input: ScheduleInput = { deployment };
  await client.schedule
    .getHandle(scheduleId)
    .update((now) => ({ ...now, action: { ...now.action, args: [input] } }));
}
