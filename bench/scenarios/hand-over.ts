import { type CapCheck, type WorkInterval, checkCap, handOverOf } from '../measure/intervals.ts';
import { startRawTemporal } from '../parts/raw-temporal.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const LIMIT = 5;
const WORK_MS = 200;
const EXECUTIONS = 150;

/** One workspace with a line: what passes between the end of work in a slot and the beginning of the next. */
export const handOver: Scenario = {
  name: 'hand-over',
  title: `Hand-over: 1 workspace, limit ${LIMIT}, ${EXECUTIONS} executions of ${WORK_MS} ms`,
  rounds: 5,
  reaches: [
    {
      what: 'hand-over p50, times raw child-after-child',
      value: (f) => f['sluice p50 ms']! / f['raw p50 ms']!,
      atMost: 1.25,
    },
  ],
  async start({ servers }) {
    return {
      async round(number): Promise<Figures> {
        return { ...(await sluice(`w${number}`)), ...(await raw()) };
      },
      stop: () => Promise.resolve(),
    };

    async function sluice(workspace: string): Promise<Figures> {
      const running = await startSluice(servers);
      try {
        await running.createWorkspaces([workspace]);
        await running.enqueueAll([workspace], EXECUTIONS, 'work', WORK_MS);
        await running.startWorker();
        await running.drained([workspace]);
        await running.audit([workspace]);
        return figuresOf('sluice', await running.intervals([workspace]));
      } finally {
        await running.stop();
      }
    }

    async function raw(): Promise<Figures> {
      const temporal = await startRawTemporal(servers);
      try {
        await temporal.lanes({ limit: LIMIT, executions: EXECUTIONS, type: 'work', ms: WORK_MS });
        return figuresOf('raw', temporal.intervals());
      } finally {
        await temporal.stop();
      }
    }
  },
};

function figuresOf(who: string, intervals: readonly WorkInterval[]): Figures {
  const { p50Ms, p99Ms, utilisation } = handOverOf(intervals, LIMIT);
  const { mostAtOnce, outOfOrder }: CapCheck = checkCap(intervals, LIMIT);
  return {
    [`${who} p50 ms`]: p50Ms,
    [`${who} p99 ms`]: p99Ms,
    [`${who} utilisation %`]: utilisation * 100,
    [`${who} most at once`]: mostAtOnce,
    [`${who} out of order`]: outOfOrder,
  };
}
