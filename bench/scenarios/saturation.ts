import { cpuTimeMs } from '../measure/cpu-time.ts';
import { startRawTemporal } from '../parts/raw-temporal.ts';
import type { Servers } from '../parts/servers.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const WORKSPACES = 10;
const LIMIT = 5;
const EXECUTIONS = 800;

/** Work of no length: what the machine does at most, with admission and without. */
export const saturation: Scenario = {
  name: 'saturation',
  title: `Saturation: ${WORKSPACES} workspaces, limit ${LIMIT} each, ${EXECUTIONS} executions of no length`,
  rounds: 5,
  reaches: [
    {
      what: 'executions/s over raw Temporal at the same concurrency',
      value: (f) => f['sluice executions/s']! / f['raw executions/s']!,
      atLeast: 0.8,
    },
    {
      what: 'gate events per execution of a backlog',
      value: (f) => f['gate events/execution']!,
      atMost: 7,
    },
  ],
  start({ servers }) {
    return Promise.resolve({
      round: async (number) => ({ ...(await sluice(servers, number)), ...(await raw(servers)) }),
      stop: () => Promise.resolve(),
    });
  },
};

async function sluice(servers: Servers, round: number): Promise<Figures> {
  const running = await startSluice(servers);
  try {
    const workspaces = Array.from({ length: WORKSPACES }, (_, i) => `s${round}-${i}`);
    await running.createWorkspaces(workspaces);
    await running.enqueueAll(workspaces, EXECUTIONS / WORKSPACES, 'nothing');
    await running.startWorker();
    await running.drained(workspaces);
    const cpuMs = cpuTimeMs(running.workerPid()!);
    const { rows } = await running.database.pool.query<{ seconds: number }>(
      `select extract(epoch from max(closed_at) - min(admitted_at))::float8 as seconds from all_executions`,
    );
    const events = await running.gateEvents(workspaces);
    await running.audit(workspaces);
    return {
      'sluice executions/s': EXECUTIONS / rows[0]!.seconds,
      'sluice worker CPU ms/execution': cpuMs / EXECUTIONS,
      'gate events/execution': events / EXECUTIONS,
    };
  } finally {
    await running.stop();
  }
}

/** As many callers as Sluice has slots, each of which starts a workflow, waits for its end, and starts the next. */
async function raw(servers: Servers): Promise<Figures> {
  const running = await startRawTemporal(servers);
  try {
    const { client, taskQueue } = running;
    let next = 0;
    const prefix = `saturation-${Date.now()}-`;
    const caller = async () => {
      while (next < EXECUTIONS)
        await client.workflow.execute('nothing', { taskQueue, workflowId: `${prefix}${next++}` });
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: WORKSPACES * LIMIT }, caller));
    const seconds = (performance.now() - begun) / 1000;
    const cpuMs = cpuTimeMs(running.workerPid);
    return {
      'raw executions/s': EXECUTIONS / seconds,
      'raw worker CPU ms/execution': cpuMs / EXECUTIONS,
    };
  } finally {
    await running.stop();
  }
}
