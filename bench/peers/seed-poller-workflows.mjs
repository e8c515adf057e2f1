import { proxyActivities } from '@temporalio/workflow';

const { doWork, markCompleted } = proxyActivities({ startToCloseTimeout: '60s' });

/** Its last act is to say that it has ended: what frees its slot at the poller's next look. */
export async function job({ id, tenant, seq }) {
  await doWork(tenant, seq);
  await markCompleted(id);
}
