import type pg from 'pg';
import type { AcceptedLog } from './load/accepted-log.ts';
import { countByStatus } from './load/drain.ts';
import type { FaultRecord } from './faults/faults.ts';
import type { Supervised } from './processes/supervised.ts';

const SHOW_EVERY_MS = 3_000;
const POLL_EVERY_MS = 1_000;

export interface ProgressOptions {
  readonly pool: pg.Pool;
  readonly processes: readonly Supervised[];
  readonly accepted: AcceptedLog;
  readonly faults: FaultRecord;
  retries(): number;
  readonly say: (line: string) => void;
}

/** Prints a line every three seconds: the progress of the run, and the processes that are down. Returns a function that ends it. */
export function showProgress(options: ProgressOptions): () => void {
  const startMs = performance.now();
  const show = async () => {
    const counts = await countByStatus(options.pool);
    const down = options.processes
      .filter(({ state }) => state !== 'up')
      .map(({ name, state }) => `${name} ${state}`);
    const rows =
      counts === null
        ? 'postgres does not answer'
        : `${counts['pending'] ?? 0} pending, ${counts['running'] ?? 0} running, ${ended(counts)} ended`;
    options.say(
      `${Math.round((performance.now() - startMs) / 1000)} s: ${options.accepted.executions} accepted (${options.retries()} retries), ${rows}; ` +
        `killed ${Object.values(options.faults.kills).reduce((a, b) => a + b)}; ${down.length === 0 ? 'all up' : down.join(', ')}`,
    );
  };
  const timer = setInterval(() => void show(), SHOW_EVERY_MS);
  return () => clearInterval(timer);
}

function ended(counts: Record<string, number>): number {
  return Object.entries(counts)
    .filter(([status]) => status !== 'pending' && status !== 'running')
    .reduce((total, [, count]) => total + count, 0);
}

/** How many executions each workspace has in its queue, as of the last second in which Postgres answered. */
export interface QueueLengths {
  /** 0 for a workspace that is not known yet. */
  of(workspaceId: string): number;
  stop(): void;
}

export function pollQueueLengths(pool: pg.Pool): QueueLengths {
  const lengths = new Map<string, number>();
  const read = async () => {
    const { rows } = await pool.query<{ id: string; pending: number }>('select id, pending from workspaces');
    for (const { id, pending } of rows) lengths.set(id, pending);
  };
  // While Postgres is down the last known lengths serve.
  const timer = setInterval(() => void read().catch(() => {}), POLL_EVERY_MS);
  return { of: (workspaceId) => lengths.get(workspaceId) ?? 0, stop: () => clearInterval(timer) };
}
