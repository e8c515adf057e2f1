import { cpuTimesOfTreesMs } from '../measure/cpu-time.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const WORKSPACES = 500;
const EACH = 2;
const WORK_MS = 50;

/** Many workspaces wake at once after a quiet time, beside the same again while their gates and queues are still there. */
export const coldBurst: Scenario = {
  name: 'cold-burst',
  title: `Cold burst: ${WORKSPACES} workspaces wake at once with ${EACH} executions of ${WORK_MS} ms each, then once more while their queues are warm`,
  rounds: 3,
  reaches: [
    {
      what: 'processor time for an execution, cold over warm',
      value: (f) => f['cold: CPU ms/execution']! / f['warm: CPU ms/execution']!,
      atMost: 1.3,
    },
  ],
  start: ({ servers, size }) =>
    Promise.resolve({
      round: (number) => coldThenWarm(servers, number, size ?? WORKSPACES),
      stop: () => Promise.resolve(),
    }),
};

async function coldThenWarm(servers: Servers, round: number, workspaces: number): Promise<Figures> {
  const sluice = await startSluice(servers, { WORKSPACE_MAX_QUEUES: String(workspaces) });
  try {
    const ids = Array.from({ length: workspaces }, (_, i) => `c${round}-${i}`);
    await sluice.createWorkspaces(ids);
    await sluice.startWorker();
    const figures = {
      ...(await burstOf('cold', servers, sluice, ids)),
      ...(await burstOf('warm', servers, sluice, ids)),
    };
    await sluice.audit(ids);
    return figures;
  } finally {
    await sluice.stop();
  }
}

/** The requests come as fast as the API takes them. */
async function burstOf(
  what: string,
  servers: Servers,
  sluice: Sluice,
  ids: readonly string[],
): Promise<Figures> {
  const [cpuBefore, begunMs] = [cpuMs(servers, sluice), performance.now()];
  await sluice.enqueueAll(ids, EACH, 'work', WORK_MS);
  await sluice.drained(ids);
  return {
    [`${what}: drained in s`]: (performance.now() - begunMs) / 1_000,
    [`${what}: CPU ms/execution`]: (cpuMs(servers, sluice) - cpuBefore) / (EACH * ids.length),
  };
}

/** Of API, worker, Postgres and Temporal together. */
function cpuMs({ postgresPid, temporalPid }: Servers, sluice: Sluice): number {
  const pids = [sluice.apiPid, sluice.workerPid(), postgresPid, temporalPid].filter((pid) => pid !== null);
  return [...cpuTimesOfTreesMs(pids).values()].reduce((sum, ms) => sum + ms, 0);
}
