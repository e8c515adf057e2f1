import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** Takes that long, and says at which attempt it ended. */
export async function rest(ms: number): Promise<{ attempt: number }> {
  await delay(ms);
  return { attempt: Context.current().info.attempt };
}
