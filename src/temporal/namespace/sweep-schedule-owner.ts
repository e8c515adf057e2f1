import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import { SWEEP_SCHEDULE_ID } from '../../domain/names.ts';
import type { SweepInput } from '../../workflows/sweep/contract.ts';

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
  const [input] = (action.args ?? []) as [Partial<SweepInput>?];
  return typeof input?.deployment === 'string' ? input.deployment : null;
}

/** Makes the namespace that of another deployment: its workers start, and those of the one before do not. */
export async function takeSweepSchedule(client: Client, deployment: string): Promise<void> {
  const input: SweepInput = { deployment };
  await client.schedule
    .getHandle(SWEEP_SCHEDULE_ID)
    .update((now) => ({ ...now, action: { ...now.action, args: [input] } }));
}
