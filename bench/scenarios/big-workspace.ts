import { executionWorkflowId, gateWorkflowId } from '../../src/domain/names.ts';
import type { WorkInterval } from '../measure/intervals.ts';
import { countTimeOuts } from '../measure/task-time-outs.ts';
import { figuresOf, runRawParents, runSluice } from '../parts/contestants.ts';
import { NAMESPACES, type Servers } from '../parts/servers.ts';
import type { Figures, Scenario } from '../scenario.ts';

const LIMIT = 200;
const EXECUTIONS = 1_000;
const WORK = { tenants: 1, each: EXECUTIONS, workMs: 1_000, cap: LIMIT };

/** What a worker process needs for so many executions of one workspace; by default it is set for some twenty. */
const SETTINGS = {
  WORKSPACE_MAX_CACHED_WORKFLOWS: String(2 * LIMIT),
  WORKSPACE_MAX_CONCURRENT_ACTIVITIES: String(LIMIT),
};

/** One customer with as many slots as forty others: whether one gate holds one parent's pace. */
export const bigWorkspace: Scenario = {
  name: 'big-workspace',
  title: `One big workspace: limit ${LIMIT}, ${EXECUTIONS} executions of 1 s`,
  rounds: 3,
  reaches: [
    {
      what: 'executions/s over one raw parent',
      value: (f) => f['executions/s, sluice']! / f['executions/s, raw parents']!,
      atLeast: 0.9,
    },
    {
      what: 'tasks that Temporal gave up and gave out again',
      value: (f) => f['tasks timed out']!,
      atMost: 0,
    },
  ],
  start: ({ servers, size }) =>
    Promise.resolve({
      round: () => inOneWorkspace(servers, { ...WORK, each: size ?? EXECUTIONS }),
      stop: () => Promise.resolve(),
    }),
};

async function inOneWorkspace(servers: Servers, work: typeof WORK): Promise<Figures> {
  let timedOut = NaN;
  const sluice = await runSluice(servers, work, {
    settings: SETTINGS,
    async after({ database }, [workspace]) {
      const { rows } = await database.pool.query<{ id: string }>(
        'select id from all_executions where workspace_id = $1',
        [workspace],
      );
      const ids = [gateWorkflowId(workspace!), ...rows.map(({ id }) => executionWorkflowId(id))];
      ({ timedOut } = await countTimeOuts(servers.client(NAMESPACES.sluice), ids));
    },
  });
  const raw = await runRawParents(servers, work);
  return {
    ...figuresOf('sluice', [sluice], work),
    ...figuresOf('raw parents', [raw], work),
    'executions/s, sluice': perSecond(sluice.intervals),
    'executions/s, raw parents': perSecond(raw.intervals),
    'tasks timed out': timedOut,
  };
}

function perSecond(intervals: readonly WorkInterval[]): number {
  const beganMs = Math.min(...intervals.map((interval) => interval.beganMs));
  const endedMs = Math.max(...intervals.map((interval) => interval.endedMs));
  return (intervals.length * 1_000) / (endedMs - beganMs);
}
