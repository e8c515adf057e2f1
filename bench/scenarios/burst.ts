import type { Client } from '@temporalio/client';
import { executionWorkflowId, gateWorkflowId } from '../../src/domain/names.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { countTimeOuts } from '../measure/task-time-outs.ts';
import { NAMESPACES } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const WORKSPACES = 500;
const EACH = 2;
const WORK_MS = 50;

/** Many workspaces wake at once: whether Temporal's tasks still end in time, and how long the last one waits. */
export const burst: Scenario = {
  name: 'burst',
  title: `Burst: ${WORKSPACES} workspaces wake at once with ${EACH} executions of ${WORK_MS} ms each`,
  rounds: 5,
  reaches: [
    {
      what: 'tasks that Temporal gave up and gave out again',
      value: (f) => f['workers back: tasks timed out']! + f['requests at once: tasks timed out']!,
      atMost: 0,
    },
  ],
  async start({ servers }) {
    const client = servers.client(NAMESPACES.sluice);
    return {
      async round(number): Promise<Figures> {
        return { ...(await workersBack(number)), ...(await requestsAtOnce(number)) };
      },
      stop: () => Promise.resolve(),
    };

    /** All gates have a workflow task waiting when the first worker comes, as after an outage of the workers. */
    async function workersBack(round: number): Promise<Figures> {
      const sluice = await startSluice(servers);
      const ids = workspacesOf(`b${round}`);
      try {
        await sluice.createWorkspaces(ids);
        await sluice.enqueueAll(ids, EACH, 'work', WORK_MS);
        await sluice.startWorker();
        const wokenMs = Date.now();
        await sluice.drained(ids);
        const drainMs = Date.now() - wokenMs;
        await sluice.audit(ids);
        return await figuresOf('workers back', sluice, client, ids, wokenMs, drainMs);
      } finally {
        await sluice.stop();
      }
    }

    /** The worker is there and knows none of the workspaces; the requests come as fast as the API takes them. */
    async function requestsAtOnce(round: number): Promise<Figures> {
      const sluice = await startSluice(servers);
      const ids = workspacesOf(`r${round}`);
      try {
        await sluice.createWorkspaces(ids);
        await sluice.startWorker();
        const wokenMs = Date.now();
        await sluice.enqueueAll(ids, EACH, 'work', WORK_MS);
        await sluice.drained(ids);
        const drainMs = Date.now() - wokenMs;
        await sluice.audit(ids);
        return await figuresOf('requests at once', sluice, client, ids, wokenMs, drainMs);
      } finally {
        await sluice.stop();
      }
    }
  },
};

const workspacesOf = (prefix: string) => Array.from({ length: WORKSPACES }, (_, i) => `${prefix}-${i}`);

async function figuresOf(
  what: string,
  sluice: Sluice,
  client: Client,
  ids: readonly string[],
  wokenMs: number,
  drainMs: number,
): Promise<Figures> {
  const intervals = await sluice.intervals(ids);
  const { rows } = await sluice.database.pool.query<{ id: string; seq: string; tenant: string; ms: number }>(
    `select id, workspace_id as tenant, seq, extract(epoch from created_at) * 1000 as ms from all_executions where workspace_id = any($1)`,
    [ids],
  );
  const askedMs = new Map(rows.map(({ tenant, seq, ms }) => [`${tenant} ${seq}`, Math.max(ms, wokenMs)]));
  const waits = intervals.map(({ tenant, seq, beganMs }) => beganMs - askedMs.get(`${tenant} ${seq}`)!);
  const counts = await countTimeOuts(client, [
    ...ids.map(gateWorkflowId),
    ...rows.map(({ id }) => executionWorkflowId(id)),
  ]);
  return {
    [`${what}: drained in s`]: drainMs / 1000,
    [`${what}: enqueue to start p50 ms`]: percentile(waits, 50),
    [`${what}: enqueue to start p99 ms`]: percentile(waits, 99),
    [`${what}: tasks timed out`]: counts.timedOut,
    [`${what}: tasks given to another queue`]: counts.scheduleToStart,
    [`${what}: slowest workflow task ms`]: counts.slowestTaskMs,
    [`${what}: slowest activity ms`]: counts.slowestActivityMs,
  };
}
