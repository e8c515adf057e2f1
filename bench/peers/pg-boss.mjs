// pg-boss with `groupConcurrency`: a tenant is a group, and `groupConcurrency` is the cap. A job is one call of the handler.
// https://pgboss.io/api/workers, "groupConcurrency". protocol.mjs says the rest.
//
// How it hands a slot over (dist/worker.js and dist/manager.js of 12.38.0): each worker fetches, runs its jobs, and then waits out the rest
// of its polling interval; no worker is woken when a job ends. NOTIFY, where it is on, tells of new jobs only. A worker that is set to burst
// fetches again at once while the queue's cached count of ready jobs is above a bound.
//
// The cap is soft: the documentation warns that it "may be slightly exceeded" when several workers fetch at the same time.

import { onNode22 } from './node-22.mjs';
import { installedVersion, jobsInLine, runPeer } from './protocol.mjs';

const QUEUE = 'jobs';

/** What one process of a team has to spare, and far more than a poll or an end of a job needs at once. */
const POOL_SIZE = 50;

/** Longer than the three intervals of 1 s through which the count of ready jobs reaches a worker. */
const READY_COUNT_SEEN_AFTER_MS = 3_500;

await onNode22(import.meta.url);
const { PgBoss } = await import('pg-boss');

await runPeer('pg-boss', installedVersion('pg-boss'), async ({ order, record, progress }) => {
  const slots = order.tenants.length * order.cap;
  const fastest = order.setting === 'fastest';
  const settings = {
    groupConcurrency: `${order.cap}: the cap, across all processes, counted in the database (docs/api/workers.md)`,
    localConcurrency: `${slots}: a worker for each slot, so that a slot never waits for a worker`,
    batchSize: '1: the default; a larger batch would hold its slots until the last of its jobs has ended',
    max: `${POOL_SIZE} connections: ample; the default is 10`,
    ...(fastest
      ? {
          pollingIntervalSeconds:
            '0.5: the least permitted (docs/api/workers.md; attorney.js, MIN_POLLING_INTERVAL_MS)',
          burstWhenReadyExceeds:
            '1: the least permitted; a worker whose job has ended fetches at once while jobs are ready (docs/api/workers.md)',
          'superviseIntervalSeconds, monitorIntervalSeconds, queueCacheIntervalSeconds':
            '1: the least permitted; burst mode reads the ready count through these (docs/api/workers.md; docs/api/constructor.md)',
          'notify, useListenNotify, notifyPollingIntervalSeconds':
            'true, true, 0.5: new jobs are told at once, and polling stays as quick as without (docs/api/workers.md)',
        }
      : {
          pollingIntervalSeconds: '2: the default (docs/api/workers.md)',
          'notify, burst': 'off: the default; NOTIFY would make polling as rare as every 30 s',
        }),
  };

  const boss = new PgBoss({
    connectionString: order.databaseUrl,
    max: POOL_SIZE,
    ...(fastest && {
      useListenNotify: true,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
      queueCacheIntervalSeconds: 1,
    }),
  });
  boss.on('error', (error) => progress(error));
  boss.on('warning', (warning) => progress(warning.message));
  await boss.start();
  await boss.createQueue(QUEUE, { retryLimit: 0, ...(fastest && { notify: true }) });

  // One by one: jobs of one insert share their time of creation, by which pg-boss orders them.
  for (const { tenantIndex, tenant, seq } of jobsInLine(order)) {
    await boss.send(QUEUE, { tenantIndex, seq }, { group: { id: tenant } });
  }
  progress(`${record.expected} jobs in the queue`);
  // As in an application that has run for a while; else the first seconds would be without bursts.
  if (fastest) await new Promise((resolve) => setTimeout(resolve, READY_COUNT_SEEN_AFTER_MS));

  await boss.work(
    QUEUE,
    {
      batchSize: 1,
      localConcurrency: slots,
      groupConcurrency: order.cap,
      ...(fastest && {
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
        burstWhenReadyExceeds: 1,
      }),
    },
    async ([{ data }]) => record.work(data.tenantIndex, data.seq),
  );
  await record.allEnded;
  await boss.stop();
  return { settings };
});
