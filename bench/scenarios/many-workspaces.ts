import { setTimeout as delay } from 'node:timers/promises';
import { cpuTimeMs, cpuTimeOfTreeMs } from '../measure/cpu-time.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const COUNTS = [10, 100, 1_000] as const;
const EXECUTIONS = 1_000;
const AT_ONCE = 10;
const LOOK_MS = 10;
const END_DEADLINE_MS = 600_000;

/** The same work in few workspaces and in many: what a workspace costs beside its executions. */
export const manyWorkspaces: Scenario = {
  name: 'many-workspaces',
  title: `Many workspaces: ${EXECUTIONS} executions of no length in ${COUNTS.join(', ')} workspaces in turn, ${AT_ONCE} at a time`,
  rounds: 3,
  reaches: ['ms', 'CPU ms'].map((unit) => ({
    what: `${unit}/execution in 1,000 warm workspaces over 10`,
    value: (f: Figures) => f[`warm ${unit}/execution in 1000`]! / f[`warm ${unit}/execution in 10`]!,
    atMost: 1.3,
  })),
  start({ servers }) {
    return Promise.resolve({
      async round(number) {
        const figures: Record<string, number> = {};
        // In the other order in every other round, because Temporal's own load grows with what it has seen.
        for (const count of number % 2 === 1 ? COUNTS : [...COUNTS].reverse())
          Object.assign(figures, await inWorkspaces(servers, number, count));
        return Object.fromEntries(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
      },
      stop: () => Promise.resolve(),
    });
  },
};

async function inWorkspaces(servers: Servers, round: number, count: number): Promise<Figures> {
  // What warm means: room for all of them.
  const running = await startSluice(servers, { WORKSPACE_MAX_QUEUES: '1000' });
  try {
    const workspaces = Array.from({ length: count }, (_, i) => `m${round}-${count}-${i}`);
    await running.createWorkspaces(workspaces);
    await running.startWorker();
    const cold = await measured(servers, running, workspaces);
    const warm = await measured(servers, running, workspaces);
    await running.audit(workspaces);
    return Object.fromEntries(
      Object.entries({ cold, warm }).flatMap(([state, { ms, cpuMs }]) => [
        [`${state} ms/execution in ${count}`, ms / EXECUTIONS],
        [`${state} CPU ms/execution in ${count}`, cpuMs / EXECUTIONS],
      ]),
    );
  } finally {
    await running.stop();
  }
}

/** Wall time, and processor time of worker, Postgres and Temporal together. */
async function measured(
  servers: Servers,
  running: Sluice,
  workspaces: readonly string[],
): Promise<{ ms: number; cpuMs: number }> {
  const cpuMs = () =>
    cpuTimeMs(running.workerPid()!) +
    cpuTimeOfTreeMs(servers.postgresPid) +
    (servers.temporalPid === null ? 0 : cpuTimeMs(servers.temporalPid));
  const [cpuBefore, begun] = [cpuMs(), performance.now()];
  await runInTurn(running, workspaces);
  return { ms: performance.now() - begun, cpuMs: cpuMs() - cpuBefore };
}

/** One execution at a time in each of so many lanes; the workspaces take turns, so that as many of them are active at once. */
async function runInTurn(running: Sluice, workspaces: readonly string[]): Promise<void> {
  const open = new Map<string, () => void>();
  let left = EXECUTIONS;
  let next = 0;
  const lane = async () => {
    while (next < EXECUTIONS) {
      const id = await running.enqueue(workspaces[next++ % workspaces.length]!, 'nothing');
      await new Promise<void>((resolve) => open.set(id, resolve));
      left -= 1;
    }
  };
  // One look for all lanes, alike however many workspaces there are.
  const look = async () => {
    const deadline = performance.now() + END_DEADLINE_MS;
    while (left > 0) {
      if (performance.now() > deadline) throw new Error(`${left} executions have not ended`);
      const { rows } = await running.database.pool.query<{ id: string }>(
        'select id from all_executions where id = any($1::uuid[]) and closed_at is not null',
        [[...open.keys()]],
      );
      for (const { id } of rows) {
        open.get(id)!();
        open.delete(id);
      }
      await delay(LOOK_MS);
    }
  };
  await Promise.all([look(), ...Array.from({ length: AT_ONCE }, lane)]);
}
