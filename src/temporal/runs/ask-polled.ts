import type { Client } from '@temporalio/client';
import type { Log } from '../../process/log.ts';
import { isPolled } from './is-polled.ts';

/** A person waits for the answer. */
const ASK_TIMEOUT_MS = 1_000;

/** Whether somebody polls a task queue for workflow tasks; null when Temporal does not say so in time. Never throws. */
export async function askPolled(client: Client, log: Log, taskQueue: string): Promise<boolean | null> {
  try {
    return await client.withDeadline(Date.now() + ASK_TIMEOUT_MS, () => isPolled(client, taskQueue));
  } catch (err) {
    log.debug({ taskQueue, err }, 'Temporal did not say whether a task queue is polled');
    return null;
  }
}
