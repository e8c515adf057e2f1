import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** Takes that long, and appends a line `{workflow id} {began} {ended}` to the file that BENCH_WORK_LOG names; in ms since the epoch. */
export async function work(ms: number): Promise<void> {
  const began = performance.timeOrigin + performance.now();
  await delay(ms);
  const ended = performance.timeOrigin + performance.now();
  const { workflowExecution } = Context.current().info;
  appendFileSync(process.env['BENCH_WORK_LOG']!, `${workflowExecution?.workflowId} ${began} ${ended}\n`);
}
