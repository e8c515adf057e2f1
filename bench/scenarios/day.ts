import { setTimeout as delay } from 'node:timers/promises';
import { type Tier, TIERS } from '../../src/domain/tier.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { jainIndex } from '../measure/jain.ts';
import { type Burst, arrivalsOf } from '../parts/arrivals.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Bench, Figures, RunningScenario, Scenario, Timeline } from '../scenario.ts';

const SEED = 20;
const DAY_S = 900;
const WORK_MS = 500;
/** Each tier's workspaces and the sizes of their bursts: alike within a tier, so that only admission can make their delays differ. */
const CUSTOMERS: Readonly<Record<Tier, { workspaces: number; bursts: readonly number[] }>> = {
  pro: { workspaces: 120, bursts: [1, 2, 4, 7, 10] },
  enterprise: { workspaces: 80, bursts: [2, 4, 10, 20] },
};
const WORKSPACES = TIERS.reduce((sum, tier) => sum + CUSTOMERS[tier].workspaces, 0);

/** A point of the picture. */
const STEP_S = 10;

/** A day in a quarter of an hour: whether those who pay the same wait the same, while the load comes and goes. */
export const day: Scenario = {
  name: 'day',
  title: `A day: bursts over ${WORKSPACES} workspaces of both tiers in ${DAY_S / 60} minutes, work of ${WORK_MS} ms, seed ${SEED}`,
  rounds: 1,
  reaches: TIERS.map((tier) => ({
    what: `Jain's index of the workspaces' mean admission delay, ${tier}`,
    value: (f: Figures) => f[`${tier}: Jain's index`]!,
    atLeast: 0.95,
  })),
  start,
};

function start(bench: Bench): Promise<RunningScenario> {
  let shown: Timeline | null = null;
  return Promise.resolve({
    async round(number) {
      const delays = await lived(bench, number);
      shown = timelineOf(delays);
      return figuresOf(delays);
    },
    timeline: () => shown,
    stop: () => Promise.resolve(),
  });
}

/** An execution as its row tells, in ms from the beginning of the day. */
interface Lived {
  readonly workspace: string;
  readonly tier: Tier;
  readonly askedMs: number;
  readonly admittedMs: number;
}

async function lived({ servers, size, say, signal }: Bench, round: number): Promise<Lived[]> {
  const sluice = await startSluice(servers);
  try {
    const daySeconds = size ?? DAY_S;
    // A shorter day has as many fewer customers, and is as busy.
    const count = (tier: Tier) => Math.ceil((CUSTOMERS[tier].workspaces * daySeconds) / DAY_S);
    const customers = TIERS.flatMap((tier) =>
      Array.from({ length: count(tier) }, (_, i) => ({ id: `d${round}-${tier}-${i}`, tier })),
    );
    for (const tier of TIERS)
      await sluice.createWorkspaces(
        customers.filter((customer) => customer.tier === tier).map(({ id }) => id),
        { tier },
      );
    await sluice.startWorker();
    const bursts = arrivalsOf({
      seed: SEED + round - 1,
      dayMs: daySeconds * 1_000,
      burstsOf: customers.map(({ tier }) => CUSTOMERS[tier].bursts),
    });
    say(
      `  ${bursts.reduce((sum, { executions }) => sum + executions, 0)} executions in ${bursts.length} bursts`,
    );
    const ids = customers.map(({ id }) => id);
    const begunMs = Date.now();
    await askFor(sluice, ids, bursts, signal);
    await sluice.drained(ids);
    await sluice.audit(ids);
    return await readLived(sluice, ids, begunMs);
  } finally {
    await sluice.stop();
  }
}

/** At their times, whatever the answers take. */
async function askFor(
  sluice: Sluice,
  ids: readonly string[],
  bursts: readonly Burst[],
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  const asked: Promise<unknown>[] = [];
  for (const { workspace, executions, atMs } of bursts) {
    await delay(Math.max(0, begun + atMs - performance.now()), undefined, { signal });
    asked.push(sluice.enqueueAll([ids[workspace]!], executions, 'work', WORK_MS));
  }
  await Promise.all(asked);
}

async function readLived({ database }: Sluice, ids: readonly string[], begunMs: number): Promise<Lived[]> {
  const { rows } = await database.pool.query<Lived>(
    `select e.workspace_id as workspace, w.tier, extract(epoch from e.created_at)::float8 * 1000 - $2::float8 as "askedMs",
       extract(epoch from e.admitted_at)::float8 * 1000 - $2::float8 as "admittedMs"
     from all_executions as e join workspaces as w on w.id = e.workspace_id where e.workspace_id = any($1)`,
    [ids, begunMs],
  );
  return rows;
}

const delayOf = ({ askedMs, admittedMs }: Lived) => admittedMs - askedMs;

function figuresOf(all: readonly Lived[]): Figures {
  const figures: Record<string, number> = { executions: all.length };
  for (const tier of TIERS) {
    const ofTier = all.filter((execution) => execution.tier === tier);
    const delays = ofTier.map(delayOf);
    const means = meansByWorkspace(ofTier);
    figures[`${tier}: admission delay p50 ms`] = percentile(delays, 50);
    figures[`${tier}: admission delay p99 ms`] = percentile(delays, 99);
    figures[`${tier}: least mean of a workspace, ms`] = Math.min(...means);
    figures[`${tier}: most mean of a workspace, ms`] = Math.max(...means);
    figures[`${tier}: Jain's index`] = jainIndex(means);
  }
  return figures;
}

function meansByWorkspace(executions: readonly Lived[]): number[] {
  const sums = new Map<string, { delayMs: number; count: number }>();
  for (const execution of executions) {
    const { delayMs, count } = sums.get(execution.workspace) ?? { delayMs: 0, count: 0 };
    sums.set(execution.workspace, { delayMs: delayMs + delayOf(execution), count: count + 1 });
  }
  return [...sums.values()].map(({ delayMs, count }) => delayMs / count);
}

function timelineOf(all: readonly Lived[]): Timeline {
  const steps = Math.ceil(Math.max(...all.map(({ askedMs }) => askedMs)) / (STEP_S * 1_000));
  const points = Array.from({ length: steps }, (_, step): Figures => {
    const within = all.filter(({ askedMs }) => Math.floor(askedMs / (STEP_S * 1_000)) === step);
    const figures: Record<string, number> = {};
    if (within.length > 0) figures['arrivals a second'] = within.length / STEP_S;
    for (const tier of TIERS) {
      const delays = within.filter((execution) => execution.tier === tier).map(delayOf);
      if (delays.length === 0) continue;
      figures[`${tier} p50`] = percentile(delays, 50);
      figures[`${tier} p99`] = percentile(delays, 99);
    }
    return figures;
  });
  return { stepSeconds: STEP_S, steps: points, moments: [] };
}
