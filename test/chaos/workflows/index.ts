import {
  ApplicationFailure,
  condition,
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type * as activities from '../activities.ts';

/** An activity whose worker was killed is begun again after the time-out: longer than any takes, short enough to see many. */
const { work } = proxyActivities<typeof activities>({
  startToCloseTimeout: '4s',
  retry: { initialInterval: '100ms', backoffCoefficient: 1.5, maximumInterval: '1s' },
});

/** One activity. */
export async function brief({ ms }: { ms: number }): Promise<number> {
  return await work(ms);
}

/** Several activities, one after the other. */
export async function steps({ each }: { each: number[] }): Promise<number> {
  let total = 0;
  for (const ms of each) total += await work(ms);
  return total;
}

/** Does its work and then fails for good. */
export async function failing({ ms }: { ms: number }): Promise<never> {
  await work(ms);
  throw ApplicationFailure.nonRetryable('this one always fails', 'MeantToFail');
}

/** Fails in so many attempts, and completes in the next if its policy allows for one. */
export async function flaky({ ms, failures }: { ms: number; failures: number }): Promise<number> {
  await work(ms);
  const { attempt } = workflowInfo();
  if (attempt <= failures) throw ApplicationFailure.create({ type: 'NotYet', message: `attempt ${attempt}` });
  return attempt;
}

/** Goes on in a new run, `left` times. */
export async function continuing({ ms, left }: { ms: number; left: number }): Promise<number> {
  await work(ms);
  if (left === 0) return ms;
  return await continueAsNew<typeof continuing>({ ms, left: left - 1 });
}

/** Ends in its first workflow task. */
export async function nothing(): Promise<void> {}

/** Never ends by itself: Temporal times it out after its tier's longest duration. */
export async function overlong(): Promise<void> {
  await condition(() => false);
}
