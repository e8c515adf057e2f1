import { proxyActivities } from '@temporalio/workflow';
import type * as Activities from '../activities.ts';

export * from '../../support/workflows/index.ts';

const { refuse } = proxyActivities<typeof Activities>({ startToCloseTimeout: '30s' });

/** Fails by its activity. */
export async function refused(): Promise<void> {
  await refuse();
}
