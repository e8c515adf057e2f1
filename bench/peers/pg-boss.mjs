// pg-boss with a group per tenant: `groupConcurrency` is its cap per tenant.
import { PgBoss } from 'pg-boss';
import { createRecord, jobsInOrder, readWork, versionOf } from './protocol.mjs';

const version = versionOf('pg-boss');

const work = readWork();
const record = createRecord(work);
const slots = work.tenants.length * work.cap;

const settings = {
  groupConcurrency: work.cap,
  // A worker for each slot and some to spare, each of which takes one job and looks again as soon as it may (types.d.ts, WorkOptions).
  localConcurrency: Math.ceil(slots * 1.2),
  batchSize: 1,
  // Default 2 s; 0.5 s is the least it takes (types.d.ts, `pollingIntervalSeconds`). NOTIFY is sent for a job that is inserted, not for
  // a slot that becomes free, so it does not help a line that is already there.
  ...(work.setting === 'fastest' && { pollingIntervalSeconds: 0.5 }),
  max: 40,
};

const boss = new PgBoss({
  connectionString: work.databaseUrl,
  max: settings.max,
  supervise: false,
  schedule: false,
});
boss.on('error', (error) => console.error(error));
await boss.start();
await boss.createQueue('jobs');
for (const { tenant, seq } of jobsInOrder(work))
  await boss.send('jobs', { tenant, seq }, { group: { id: work.tenants[tenant] } });

const { groupConcurrency, localConcurrency, batchSize, pollingIntervalSeconds } = settings;
await boss.work(
  'jobs',
  {
    groupConcurrency,
    localConcurrency,
    batchSize,
    ...(pollingIntervalSeconds !== undefined && { pollingIntervalSeconds }),
  },
  async ([{ data }]) => record.work(data.tenant, data.seq),
);
await record.done;
record.print({ peer: 'pg-boss', version, setting: work.setting, settings });
await boss.stop({ graceful: false });
process.exit(0);
