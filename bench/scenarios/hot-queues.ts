import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../src/async/poll.ts';
import { cpuTimeMs } from '../measure/cpu-time.ts';
import { residentMb } from '../measure/memory.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const QUEUES = [100, 500, 1_000] as const;
const STOCK_QUEUES = 20;
const IDLE_WINDOW_MS = 20_000;
const POLLED_DEADLINE_MS = 180_000;

/** Each queue's workspace has one execution in a slot that does nothing; no gate wakes meanwhile. */
const SETTINGS = { WORKSPACE_MAX_QUEUES: '2000', SWEEP_INTERVAL_SECONDS: '3600' };

/** What it costs one worker process to poll many workspace queues on which nothing happens. */
export const hotQueues: Scenario = {
  name: 'hot-queues',
  title: `Hot queues: one worker process that polls ${QUEUES.join(', ')} workspace queues, over itself with none`,
  rounds: 5,
  reaches: [
    { what: 'MB a queue at 1,000', value: (f) => f['MB/queue at 1000']!, atMost: 1.5 },
    {
      what: `MB a queue of stock Workers (at ${STOCK_QUEUES}) over shared (at 1,000)`,
      value: (f) => f[`stock MB/queue at ${STOCK_QUEUES}`]! / f['MB/queue at 1000']!,
      atLeast: 25,
    },
    { what: '% of a core at 1,000 idle queues', value: (f) => f['idle CPU % at 1000']!, atMost: 10 },
  ],
  start({ servers }) {
    return Promise.resolve({
      round: async (number) => ({ ...(await shared(servers, number)), ...(await stock(servers, number)) }),
      stop: () => Promise.resolve(),
    });
  },
};

async function shared(servers: Servers, round: number): Promise<Figures> {
  const running = await startSluice(servers);
  try {
    await running.startWorker(SETTINGS);
    const none = await settledMb(running);
    const figures: Record<string, number> = {
      'MB at 0': none,
      'idle CPU % at 0': await idleCpuPercent(running),
    };
    for (const queues of QUEUES) {
      await keepBusy(running, `h${round}`, queues);
      figures[`MB/queue at ${queues}`] = ((await settledMb(running)) - none) / queues;
      figures[`idle CPU % at ${queues}`] = await idleCpuPercent(running);
    }
    return figures;
  } finally {
    await running.stop();
  }
}

async function stock(servers: Servers, round: number): Promise<Figures> {
  const running = await startSluice(servers);
  try {
    await running.startWorker({ ...SETTINGS, WORKSPACE_SHARED_THREADS: 'false' });
    const none = await settledMb(running);
    await keepBusy(running, `stock${round}`, STOCK_QUEUES);
    return { [`stock MB/queue at ${STOCK_QUEUES}`]: ((await settledMb(running)) - none) / STOCK_QUEUES };
  } finally {
    await running.stop();
  }
}

/** Brings the number of workspaces with a running execution to `count`, and waits until the worker polls all their queues. */
async function keepBusy(running: Sluice, prefix: string, count: number): Promise<void> {
  await running.database.pool.query(
    `with made as (
       insert into workspaces (id, tier, limit_in_force, last_seq, running, reconciled_at)
       select $1 || '-' || n, 'pro', 5, 1, 1, now() from generate_series(1, $2::integer) as n on conflict do nothing
       returning id)
     insert into executions (id, workspace_id, seq, workflow_type, status, admitted_at, started_at, run_id)
     select gen_random_uuid(), id, 1, 'nothing', 'running', now(), now(), 'run' from made`,
    [prefix, count],
  );
  const allPolled = async () => (await running.workerMetric('sluice_worker_queues_polled')) === count;
  if (!(await poll(allPolled, POLLED_DEADLINE_MS)))
    throw new Error(`the worker does not poll ${count} queues after ${POLLED_DEADLINE_MS / 1000} s`);
}

/** Resolves once memory and processor time have come to rest: the Workers of a queue are made after it counts as polled. */
async function settledMb(running: Sluice): Promise<number> {
  const pid = running.workerPid()!;
  let before = { mb: 0, cpuMs: cpuTimeMs(pid) };
  const atRest = async () => {
    await delay(2_000);
    const now = { mb: residentMb(pid), cpuMs: cpuTimeMs(pid) };
    const rests = Math.abs(now.mb - before.mb) < 0.01 * now.mb && now.cpuMs - before.cpuMs < 1_000;
    before = now;
    return rests;
  };
  if (!(await poll(atRest, POLLED_DEADLINE_MS))) throw new Error('the worker does not come to rest');
  return before.mb;
}

async function idleCpuPercent(running: Sluice): Promise<number> {
  const pid = running.workerPid()!;
  const [cpuMs, begun] = [cpuTimeMs(pid), performance.now()];
  await delay(IDLE_WINDOW_MS);
  return ((cpuTimeMs(pid) - cpuMs) / (performance.now() - begun)) * 100;
}
