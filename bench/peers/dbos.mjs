// DBOS Transact with a queue per application and a partition per tenant: `partitionConcurrency` is its cap per tenant.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { createRecord, jobsInOrder, readWork, versionOf } from './protocol.mjs';

const version = versionOf('@dbos-inc/dbos-sdk');

const work = readWork();
const record = createRecord(work);

const settings = {
  partitionConcurrency: work.cap,
  // Default 1000 (wfqueue.d.ts, `minPollingIntervalMs`).
  ...(work.setting === 'fastest' && { minPollingIntervalMs: 100 }),
  // Ample: no statement waits for a connection.
  systemDatabasePoolSize: 40,
};

const job = DBOS.registerWorkflow(
  async (tenant, seq) => {
    await DBOS.runStep(() => record.work(tenant, seq), { name: 'work' });
  },
  { name: 'job' },
);

DBOS.setConfig({
  name: 'bench-peer',
  systemDatabaseUrl: work.databaseUrl,
  systemDatabasePoolSize: settings.systemDatabasePoolSize,
  logLevel: 'error',
  // Nothing is worked on while jobs are enqueued.
  listenQueues: ['none'],
});
await DBOS.launch();
const { partitionConcurrency, minPollingIntervalMs } = settings;
await DBOS.registerQueue('jobs', {
  partitionConcurrency,
  ...(minPollingIntervalMs !== undefined && { minPollingIntervalMs }),
});
for (const { tenant, seq } of jobsInOrder(work)) {
  await DBOS.startWorkflow(job, {
    queueName: 'jobs',
    enqueueOptions: { queuePartitionKey: work.tenants[tenant] },
  })(tenant, seq);
}
await DBOS.shutdown();

DBOS.setConfig({
  name: 'bench-peer',
  systemDatabaseUrl: work.databaseUrl,
  systemDatabasePoolSize: settings.systemDatabasePoolSize,
  logLevel: 'error',
});
await DBOS.launch();
await record.done;
record.print({ peer: 'dbos', version, setting: work.setting, settings });
await DBOS.shutdown();
process.exit(0);
