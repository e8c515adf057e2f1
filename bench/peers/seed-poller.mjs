// What most teams build first: rows in Postgres, a job that looks at them at an interval, counts what runs, and starts workflows.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import pg from 'pg';
import { createRecord, jobsInOrder, readWork } from './protocol.mjs';

const work = readWork();
const record = createRecord(work);
const intervalMs = 1_000;
const queueOf = (tenant) => `workflow.workspace.${work.tenants[tenant]}`;

const pool = new pg.Pool({ connectionString: work.databaseUrl, max: 40 });
await pool.query(`
  create table workspaces (id integer primary key, max_concurrent integer not null);
  create table executions (
    id bigserial primary key, workspace_id integer not null references workspaces (id), seq integer not null,
    status text not null default 'pending');
  create index on executions (workspace_id, status, id)`);
for (const tenant of work.tenants.keys())
  await pool.query('insert into workspaces values ($1, $2)', [tenant, work.cap]);
for (const { tenant, seq } of jobsInOrder(work))
  await pool.query('insert into executions (workspace_id, seq) values ($1, $2)', [tenant, seq]);

const logger = new DefaultLogger('ERROR');
Runtime.install({ logger });
const connection = await Connection.connect({ address: work.temporalAddress });
const native = await NativeConnection.connect({ address: work.temporalAddress });
const client = new Client({ connection, namespace: work.namespace });
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('seed-poller-workflows.mjs', import.meta.url)),
  logger,
});
const activities = {
  doWork: (tenant, seq) => record.work(tenant, seq),
  async markCompleted(id) {
    await pool.query(`update executions set status = 'completed' where id = $1`, [id]);
  },
};
const workers = await Promise.all(
  [...work.tenants.keys()].map((tenant) =>
    Worker.create({
      connection: native,
      namespace: work.namespace,
      taskQueue: queueOf(tenant),
      workflowBundle,
      activities,
    }),
  ),
);
const running = workers.map((worker) => worker.run());

/** The oldest pending rows of each workspace, up to what is free, under the workspace's lock; then their workflows are started. */
async function poll() {
  for (const tenant of work.tenants.keys()) {
    const claimed = await inTransaction(async (tx) => {
      const {
        rows: [workspace],
      } = await tx.query('select max_concurrent from workspaces where id = $1 for update', [tenant]);
      const {
        rows: [{ count }],
      } = await tx.query(
        `select count(*)::integer from executions where workspace_id = $1 and status = 'running'`,
        [tenant],
      );
      const { rows } = await tx.query(
        `update executions set status = 'running' where id in (
           select id from executions where workspace_id = $1 and status = 'pending' order by id limit $2)
         returning id, seq`,
        [tenant, Math.max(0, workspace.max_concurrent - count)],
      );
      return rows.sort((a, b) => Number(a.id) - Number(b.id));
    });
    await Promise.all(
      claimed.map(({ id, seq }) =>
        client.workflow.start('job', {
          workflowId: `poller-${process.pid}-${Date.now()}-${id}`,
          taskQueue: queueOf(tenant),
          args: [{ id, tenant, seq }],
        }),
      ),
    );
  }
}

async function inTransaction(task) {
  const tx = await pool.connect();
  try {
    await tx.query('begin');
    const result = await task(tx);
    await tx.query('commit');
    return result;
  } finally {
    tx.release();
  }
}

/** One look after another: a slow one is not overtaken. */
async function pollAtIntervals() {
  for (;;) {
    const next = new Promise((resolve) => setTimeout(resolve, intervalMs));
    await poll();
    await next;
  }
}

pollAtIntervals().catch((error) => {
  console.error(error);
  process.exit(1);
});
await record.done;
record.print({
  peer: 'seed-poller',
  version: null,
  setting: work.setting,
  settings: { intervalMs, workers: 'one stock Worker for each queue' },
});
for (const worker of workers) worker.shutdown();
await Promise.all(running);
process.exit(0);
