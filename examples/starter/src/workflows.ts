import { log, proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities.ts';

// No taskQueue: the activities run on the workspace's own.
const { createAccount, sendWelcome } = proxyActivities<typeof activities>({
  startToCloseTimeout: '30s',
  retry: { maximumAttempts: 5 },
});

export interface OnboardingInput {
  readonly email: string;
  readonly name: string;
}

export interface Onboarding {
  readonly accountId: string;
  readonly sentAt: string;
}

/** The body of `POST /v1/workspaces/{id}/executions` names this function as `workflowType`, and its `input` is the argument. */
export async function onboarding({ email, name }: OnboardingInput): Promise<Onboarding> {
  const accountId = await createAccount(email);
  log.info('account created', { accountId });
  // A workflow that sleeps still holds its slot.
  await sleep('1s');
  return { accountId, sentAt: await sendWelcome(email, name) };
}
