// The workflow of seed-poller.mjs, in a file of its own because Temporal runs it in a sandbox.

import { proxyActivities } from '@temporalio/workflow';

const { work, complete } = proxyActivities({ startToCloseTimeout: '1 minute' });

export async function job(request) {
  await work(request);
  await complete(request);
}
