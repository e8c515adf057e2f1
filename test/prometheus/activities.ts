import { ApplicationFailure } from '@temporalio/common';

export * from '../support/activities.ts';

/** Fails, and is not tried again. */
export async function refuse(): Promise<void> {
  throw ApplicationFailure.nonRetryable('by the test', 'Refused');
}
