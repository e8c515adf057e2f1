// A poller as most teams would write it on Temporal, and as Sluice itself was first thought of. Its decisions:
//
//   "Application manages queue before dispatching to Temporal", "Database-backed queue (PostgreSQL)", "Polling scheduler processes queue at
//   intervals (background job checks periodically)", a queue per workspace `workflow.workspace.{workspaceId}`, a fixed limit of concurrent
//   executions per workspace by its tier, FIFO, no priorities.
//
// A row in Postgres is a request. Each interval the scheduler looks, in each workspace, how many rows are running, claims the oldest pending
// ones up to the limit, and starts a workflow for each. The workflow runs one activity, the job, and then a last one that marks its row
// completed: that frees the slot, and the next look hands it on. protocol.mjs says the rest.
//
// 1 s is the common choice of an interval.

import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { installedVersion, jobsInLine, runPeer } from './protocol.mjs';

const POLLING_INTERVAL_MS = { default: 1_000, fastest: 100 };

/** A look at each workspace at once, and an end of a job from each slot, with room to spare. */
const POOL_SIZE = 50;

/** Of each Worker: as many as any workspace's cap here. */
const CONCURRENT_ACTIVITIES = 200;

await runPeer('seed-poller', installedVersion('@temporalio/worker'), async ({ order, record, progress }) => {
  const intervalMs = POLLING_INTERVAL_MS[order.setting];
  const { temporalAddress: address, namespace = 'default' } = order;
  if (!address) throw new Error('the order has no temporalAddress');
  // Ids of this run alone: what a run left behind that was killed must not reach these workers.
  const run = randomUUID().slice(0, 8);
  const workspaceOf = (tenant) => `${tenant}-${run}`;
  const workspaces = order.tenants.map(workspaceOf);

  const settings = {
    interval: `${intervalMs} ms: ${order.setting === 'default' ? 'the common choice for a background job' : 'a tenth of the common choice; each look costs a transaction per workspace'}`,
    'limit per workspace': `${order.cap}: the cap; stands in for the tier's limit`,
    claim:
      'the workspace row locked, running rows counted, the oldest pending rows taken; all workspaces at the same time',
    workers: `stock Temporal Workers, one a workspace queue, ${CONCURRENT_ACTIVITIES} activities at once: ample`,
    'end of a job': 'a last activity of the workflow marks the row completed',
    pool: `${POOL_SIZE} connections: ample`,
  };

  const pool = new pg.Pool({ connectionString: order.databaseUrl, max: POOL_SIZE });
  pool.on('error', (error) => progress(error));
  await pool.query(`
    create table workspace (id text primary key, max_concurrent int not null);
    create table request (
      id bigint generated always as identity primary key,
      workspace_id text not null references workspace,
      tenant_index int not null,
      seq int not null,
      status text not null default 'pending'
    );
    create index on request (workspace_id, status, id)`);
  await pool.query('insert into workspace select unnest($1::text[]), $2', [workspaces, order.cap]);
  for (const { tenantIndex, tenant, seq } of jobsInLine(order)) {
    await pool.query('insert into request (workspace_id, tenant_index, seq) values ($1, $2, $3)', [
      workspaceOf(tenant),
      tenantIndex,
      seq,
    ]);
  }
  progress(`${record.expected} jobs in the queue`);

  Runtime.install({ logger: new DefaultLogger('WARN') });
  const activities = {
    work: ({ tenantIndex, seq }) => record.work(tenantIndex, seq),
    complete: async ({ id }) => {
      await pool.query(`update request set status = 'completed' where id = $1`, [id]);
    },
  };
  const connection = await NativeConnection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./seed-workflow.mjs', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const workers = [];
  for (const workspace of workspaces) {
    workers.push(
      await Worker.create({
        connection,
        namespace,
        taskQueue: queueOf(workspace),
        workflowBundle,
        activities,
        maxConcurrentActivityTaskExecutions: CONCURRENT_ACTIVITIES,
      }),
    );
  }
  const running = Promise.all(workers.map((worker) => worker.run()));
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  progress(`${workers.length} workers run`);

  const stopPolling = startPolling(intervalMs, async () => {
    await Promise.all(workspaces.map((workspace) => admit(workspace, pool, client)));
  });
  await Promise.race([record.allEnded, running]);
  await stopPolling();
  await untilRowsAreCompleted(pool);
  for (const worker of workers) worker.shutdown();
  await running;
  return { settings };
});

/** The background job: one look each interval, and none while one is under way. */
function startPolling(intervalMs, look) {
  let underWay;
  const timer = setInterval(() => {
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}

/** Claims what the workspace's limit allows, then starts it. */
async function admit(workspaceId, pool, client) {
  const claimed = await claim(workspaceId, pool);
  await Promise.all(
    claimed.map((row) =>
      client.workflow.start('job', {
        workflowId: `request.${workspaceId}.${row.id}`,
        taskQueue: queueOf(workspaceId),
        args: [{ id: row.id, tenantIndex: row.tenant_index, seq: row.seq }],
      }),
    ),
  );
}

async function claim(workspaceId, pool) {
  const db = await pool.connect();
  try {
    await db.query('begin');
    const { rows: workspaces } = await db.query(
      'select max_concurrent from workspace where id = $1 for update',
      [workspaceId],
    );
    const { rows: counts } = await db.query(
      `select count(*)::int as running from request where workspace_id = $1 and status = 'running'`,
      [workspaceId],
    );
    const { rows } = await db.query(
      `update request set status = 'running'
        where id in (select id from request where workspace_id = $1 and status = 'pending' order by id limit $2)
        returning id, tenant_index, seq`,
      [workspaceId, Math.max(0, workspaces[0].max_concurrent - counts[0].running)],
    );
    await db.query('commit');
    return rows.sort((a, b) => Number(a.id) - Number(b.id));
  } catch (error) {
    await db.query('rollback');
    throw error;
  } finally {
    db.release();
  }
}

/** The last jobs have ended, and their workflows must still say so. */
async function untilRowsAreCompleted(pool) {
  for (;;) {
    const { rows } = await pool.query(`select 1 from request where status <> 'completed' limit 1`);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function queueOf(workspaceId) {
  return `workflow.workspace.${workspaceId}`;
}
