import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

export const finishSignal = defineSignal<[value?: unknown]>('finish');
export const failSignal = defineSignal<[message: string]>('fail');
export const moveOnSignal = defineSignal('moveOn');

/** Runs until it is told how to end: so that a test, and not a clock, says when a slot becomes free. */
export async function untilTold(input?: unknown): Promise<unknown> {
  let end: (() => unknown) | null = null;
  let moveOn = false;
  setHandler(finishSignal, (value) => void (end = () => (value === undefined ? input : value)));
  setHandler(
    failSignal,
    (message) =>
      void (end = () => {
        throw ApplicationFailure.nonRetryable(message, 'ToldToFail');
      }),
  );
  setHandler(moveOnSignal, () => void (moveOn = true));
  await condition(() => end !== null || moveOn);
  if (end === null) return await continueAsNew<typeof untilTold>(input);
  return (end as () => unknown)();
}

/** Fails in each attempt before that one, which gives its number. */
export async function failUntil(attempt: number): Promise<number> {
  const { attempt: now } = workflowInfo();
  if (now < attempt) throw ApplicationFailure.create({ type: 'NotYet', message: `attempt ${now}` });
  return now;
}

/** Fails in its first attempt, and goes on for ever in the second. */
export async function failOnce(): Promise<void> {
  if (workflowInfo().attempt === 1) throw ApplicationFailure.create({ type: 'NotYet' });
  await condition(() => false);
}

/** Ends at once and gives back what it was given, with its workspace's queue. */
export async function echo(...args: unknown[]): Promise<unknown> {
  return { args, queue: workflowInfo().taskQueue };
}

/** Ends at once with a result of that many characters. */
export async function large(characters: number): Promise<string> {
  return 'x'.repeat(characters);
}

/** Ends at once with nothing. */
export async function nothing(): Promise<void> {}

const { rest } = proxyActivities<{ rest(ms: number): Promise<{ attempt: number }> }>({
  startToCloseTimeout: '30s',
});

/** One activity of that length, on the workspace's own queue. */
export async function restFor(ms: number): Promise<{ attempt: number }> {
  return await rest(ms);
}
