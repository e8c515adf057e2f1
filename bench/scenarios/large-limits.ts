import { poll } from '../../src/async/poll.ts';
import { percentile } from '../../src/domain/percentile.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const LIMITS = [100, 200, 500, 1_000] as const;
const EXECUTIONS = 3_000;
const WORKING_EXECUTIONS = 1_000;
const WORK_MS = 1_000;

/** Long enough for the first to be open still when the last is. */
const REST_MS = 60_000;
const LARGEST = LIMITS[LIMITS.length - 1]!;

/** What a worker process needs for a workspace with so many executions open at once; by default it is set for some twenty. */
const WORKER_SETTINGS = {
  WORKSPACE_MAX_CACHED_WORKFLOWS: '1000',
  WORKSPACE_MAX_CONCURRENT_ACTIVITIES: '1000',
};

/** Start times are recorded in batches beside the work. */
const START_TIMES_DEADLINE_MS = 120_000;

/** How large a limit is of use: whether a workspace with a larger one does more, and how long its slots wait for their starts. */
export const largeLimits: Scenario = {
  name: 'large-limits',
  title: `Large limits: 1 workspace; ${EXECUTIONS} executions of no length, ${WORKING_EXECUTIONS} with an activity of 1 s, ${LARGEST} that rest for a minute`,
  rounds: 1,
  reaches: [
    {
      what: `executions/s of no length, limit ${LARGEST} over limit ${LIMITS[0]}`,
      value: (f) => f[`limit ${LARGEST}: executions/s`]! / f[`limit ${LIMITS[0]}: executions/s`]!,
      atLeast: 0.8,
    },
    {
      what: `longest time from a claim to its start, limit ${LARGEST}, s`,
      value: (f) => f[`limit ${LARGEST}: claim to start, longest ms`]! / 1000,
      atMost: 5,
    },
    {
      what: `open at once at limit ${LARGEST}`,
      value: (f) => f['resting: most open at once']!,
      atLeast: LARGEST,
    },
  ],
  start({ servers, say }) {
    return Promise.resolve({
      async round(number): Promise<Figures> {
        const figures: Record<string, number> = {};
        const take = async (what: string, work: Work) => {
          Object.assign(figures, await run(servers, what, { ...work, workspace: `l${number}-${work.name}` }));
          say(`  ${what}: ${figures[`${what}: executions/s`]!.toFixed(1)} executions/s`);
        };
        for (const limit of LIMITS)
          await take(`limit ${limit}`, {
            name: `${limit}`,
            limit,
            executions: EXECUTIONS,
            type: 'nothing',
          });
        for (const limit of LIMITS)
          await take(`limit ${limit}, 1 s`, {
            name: `${limit}-work`,
            limit,
            executions: WORKING_EXECUTIONS,
            type: 'work',
            ms: WORK_MS,
          });
        await take('resting', {
          name: 'rest',
          limit: LARGEST,
          executions: LARGEST,
          type: 'rest',
          ms: REST_MS,
        });
        return figures;
      },
      stop: () => Promise.resolve(),
    });
  },
};

interface Work {
  readonly name: string;
  readonly limit: number;
  readonly executions: number;
  readonly type: string;
  readonly ms?: number;
}

/** All executions wait before the worker starts; the audit must find no breach. */
async function run(
  servers: Servers,
  what: string,
  { workspace, limit, executions, type, ms }: Work & { readonly workspace: string },
): Promise<Figures> {
  const sluice = await startSluice(servers);
  try {
    await sluice.createWorkspaces([workspace], { tier: 'pro', limitOverride: limit });
    await sluice.enqueueAll([workspace], executions, type, ms);
    await sluice.startWorker(WORKER_SETTINGS);
    await sluice.drained([workspace]);
    const times = await timesOf(sluice, workspace);
    await sluice.audit([workspace]);
    const waits = times.map(({ admittedMs, startedMs }) => startedMs - admittedMs);
    const beganMs = Math.min(...times.map(({ admittedMs }) => admittedMs));
    const [lastStartedMs, endedMs] = [
      Math.max(...times.map(({ startedMs }) => startedMs)),
      Math.max(...times.map(({ closedMs }) => closedMs)),
    ];
    return {
      [`${what}: executions/s`]: (executions * 1000) / (endedMs - beganMs),
      [`${what}: all started in s`]: (lastStartedMs - beganMs) / 1000,
      [`${what}: claim to start p50 ms`]: percentile(waits, 50),
      [`${what}: claim to start p99 ms`]: percentile(waits, 99),
      [`${what}: claim to start, longest ms`]: percentile(waits, 100),
      [`${what}: most open at once`]: mostOpen(times),
    };
  } finally {
    await sluice.stop();
  }
}

interface Times {
  readonly admittedMs: number;
  /** Temporal's own. */
  readonly startedMs: number;
  readonly closedMs: number;
}

async function timesOf({ database }: Sluice, workspace: string): Promise<Times[]> {
  let times: Times[] = [];
  const areKnown = async () => {
    const { rows } = await database.pool.query<Times>(
      `select extract(epoch from admitted_at)::float8 * 1000 as "admittedMs", extract(epoch from started_at)::float8 * 1000 as "startedMs",
         extract(epoch from closed_at)::float8 * 1000 as "closedMs"
       from all_executions where workspace_id = $1`,
      [workspace],
    );
    times = rows;
    return rows.every(({ startedMs }) => startedMs !== null);
  };
  if (!(await poll(areKnown, START_TIMES_DEADLINE_MS)))
    throw new Error(`start times of ${workspace} were not recorded in ${START_TIMES_DEADLINE_MS / 1000} s`);
  return times;
}

function mostOpen(times: readonly Times[]): number {
  const edges = times.flatMap(({ startedMs, closedMs }) => [
    { atMs: startedMs, change: 1 },
    { atMs: closedMs, change: -1 },
  ]);
  edges.sort((a, b) => a.atMs - b.atMs || a.change - b.change);
  let [open, most] = [0, 0];
  for (const { change } of edges) most = Math.max(most, (open += change));
  return most;
}
