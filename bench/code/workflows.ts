import {
  condition,
  defineSignal,
  executeChild,
  proxyActivities,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { LanesInput } from './lanes-input.ts';
import { STEPS } from './steps.ts';

const { work: doWork } = proxyActivities<{ work(ms: number): Promise<void> }>({ startToCloseTimeout: '5m' });

/** The work of one execution: an activity of that length, which notes when it began and ended. */
export async function work(ms: number): Promise<void> {
  await doWork(ms);
}

/** An execution as many are: one activity of that length after another. */
export async function steps(ms: number): Promise<void> {
  for (let step = 0; step < STEPS; step++) await doWork(ms);
}

/** Ends at once. */
export async function nothing(): Promise<void> {}

/** Stays open for that long and does nothing. */
export async function rest(ms: number): Promise<void> {
  await sleep(ms);
}

/** Its result is the moment at which its first line ran, in ms since the epoch. */
export async function firstLine(): Promise<number> {
  return workflowInfo().unsafe.now();
}

/** Temporal's own limit for a handoff: a parent that starts the next child as soon as one has ended, in so many lanes. */
export async function lanes(input: LanesInput): Promise<void> {
  const { limit, executions, type, ms, firstMs, idPrefix } = input;
  let next = 0;
  const lane = async () => {
    while (next < executions) {
      const seq = next++;
      await executeChild(type, {
        workflowId: `${idPrefix}${seq}`,
        args: type === 'nothing' ? [] : [firstMs[seq] ?? ms],
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
}

const openSignal = defineSignal<[string]>('open');

/** A gate's own steps without Postgres: each signal has a child of this id started. Never ends. */
export async function opener(): Promise<void> {
  const asked: string[] = [];
  setHandler(openSignal, (workflowId) => void asked.push(workflowId));
  for (;;) {
    await condition(() => asked.length > 0);
    for (const workflowId of asked.splice(0)) await startChild('firstLine', { workflowId });
  }
}
