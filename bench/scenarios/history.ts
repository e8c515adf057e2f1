import type { Servers } from '../parts/servers.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const LIMIT = 5;
const WORK_MS = 200;
const STEADY = 100;
const BACKLOG = 200;

/** What a gate writes into its history for each execution: what it costs Temporal, and how often the gate continues as new. */
export const history: Scenario = {
  name: 'history',
  title: `History: gate events per execution, 1 workspace, limit ${LIMIT}`,
  rounds: 5,
  reaches: [
    { what: 'events/execution, steady', value: (f) => f['steady events/execution']!, atMost: 10 },
    {
      what: 'events/execution, zero-length backlog',
      value: (f) => f['backlog events/execution']!,
      atMost: 7,
    },
  ],
  start({ servers }) {
    return Promise.resolve({
      round: async (): Promise<Figures> => ({
        'steady events/execution': await eventsPerExecution(servers, STEADY, 'work', WORK_MS),
        'backlog events/execution': await eventsPerExecution(servers, BACKLOG, 'nothing'),
      }),
      stop: () => Promise.resolve(),
    });
  },
};

async function eventsPerExecution(
  servers: Servers,
  executions: number,
  type: string,
  input?: number,
): Promise<number> {
  const running = await startSluice(servers);
  try {
    const workspace = `h${Date.now()}`;
    await running.createWorkspaces([workspace], { tier: 'pro', limitOverride: LIMIT });
    await running.enqueueAll([workspace], executions, type, input);
    await running.startWorker();
    await running.drained([workspace]);
    return (await running.gateEvents([workspace])) / executions;
  } finally {
    await running.stop();
  }
}
