// DBOS Transact with a partitioned queue: a tenant is a partition, and `partitionConcurrency` is the cap.
// https://docs.dbos.dev/typescript/tutorials/queue-tutorial, "Partitioning Queues". A job is a workflow of one step. protocol.mjs says the rest.
//
// How it hands a slot over (dist/src/wfqueue.js of 5.3.0, WFQueueRunner): each process polls a queue; nothing wakes the poll when a workflow
// ends. LISTEN/NOTIFY, on by default, serves messages, events and streams, not queues. With a cap above 1 a poll visits the partitions one by
// one, a transaction each, and the next poll comes one interval after its end.

import { DBOS } from '@dbos-inc/dbos-sdk';
import { installedVersion, jobsInLine, runPeer } from './protocol.mjs';

const QUEUE = 'jobs';

/** "Base (minimum) polling interval ... (default 1000)", and `minPollingIntervalMs must be positive` (wfqueue.d.ts, wfqueue.js). */
const POLLING_INTERVAL_MS = { default: 1_000, fastest: 20 };

/** The default of 10 is shared by the poll, every step's result and every workflow's end. */
const POOL_SIZE = 50;

await runPeer('dbos', installedVersion('@dbos-inc/dbos-sdk'), async ({ order, record, progress }) => {
  const settings = {
    partitionConcurrency: `${order.cap}: the cap, enforced across all processes (queue tutorial)`,
    minPollingIntervalMs:
      order.setting === 'default'
        ? `${POLLING_INTERVAL_MS.default}: the default (wfqueue.js, defaultMinPollingIntervalMs)`
        : `${POLLING_INTERVAL_MS.fastest}: any positive number is permitted (wfqueue.js, validateQueueParams)`,
    systemDatabasePoolSize: `${POOL_SIZE}: ample; the default is 10`,
    'workerConcurrency, globalConcurrency, partitionWorkerConcurrency, rate limits':
      'none: by default a process takes all that the partitions allow (wfqueue.js, workerBudget)',
    useListenNotify: 'true: the default; it does not wake queues',
    processes: '1, so that no poll is refused for another worker that claims the same rows',
  };

  DBOS.setConfig({
    name: 'sluice-bench',
    systemDatabaseUrl: order.databaseUrl,
    systemDatabasePoolSize: POOL_SIZE,
    logLevel: 'warn',
  });
  const job = DBOS.registerWorkflow(
    (tenantIndex, seq) => DBOS.runStep(() => record.work(tenantIndex, seq), { name: 'work' }),
    { name: 'job' },
  );
  await DBOS.launch();

  // No process polls a queue that is not registered yet.
  for (const { tenantIndex, tenant, seq } of jobsInLine(order)) {
    await DBOS.startWorkflow(job, {
      queueName: QUEUE,
      enqueueOptions: { queuePartitionKey: tenant },
    })(tenantIndex, seq);
  }
  progress(`${record.expected} jobs in the queue`);

  await DBOS.registerQueue(QUEUE, {
    partitionConcurrency: order.cap,
    minPollingIntervalMs: POLLING_INTERVAL_MS[order.setting],
  });
  await record.allEnded;
  await DBOS.shutdown();
  return { settings };
});
