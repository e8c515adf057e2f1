import { sleep } from '@temporalio/workflow';

/** Takes that long. */
export async function report(input: { seconds: number }): Promise<{ pages: number }> {
  await sleep(input.seconds * 1000);
  return { pages: 12 };
}

/** Throws when its input is not as it expects. */
export async function invoice(order: { total?: number }): Promise<{ cents: number }> {
  if (order.total === undefined) throw new TypeError('the order has no total');
  return await Promise.resolve({ cents: order.total * 100 });
}
