import type { Database } from '../../src/db/connection/database.ts';
import { median, percentile } from '../../src/domain/percentile.ts';
import { steadily } from '../measure/steady.ts';
import { enqueueInto, makeLine, openBenchDatabase, startHandoffs } from '../parts/line.ts';
import type { Bench, Figures, Scenario } from '../scenario.ts';

const HANDOFFS = 250_000;
const PER_SECOND = 200;
const WORKSPACES = 50;
const LIMIT = 5;
/** Enough that a queue is never empty, and few, because they live in the table that is measured. */
const WAITING = 40;
/** Workspaces whose executions arrive in one transaction. */
const GROUP = 10;

/** The first calls of a session prepare their statements; Node compiles. */
const WARM_UP_MS = 30_000;
const WINDOW_MS = 60_000;
const SAY_EVERY_MS = 60_000;

/** What hours of work leave behind: each handoff inserts, updates and deletes rows of the live table, and only autovacuum cleans up. */
export const churn: Scenario = {
  name: 'churn',
  title: `Churn: ${HANDOFFS} handoffs at ${PER_SECOND} a second in ${WORKSPACES} workspaces, each with an execution that arrives; autovacuum as the tables have it`,
  rounds: 1,
  reaches: [
    { what: 'live table and indexes at the end, MB', value: (f) => f['live MB, end']!, atMost: 50 },
    {
      what: 'reconcile p50, last minute over first',
      value: (f) => f['reconcile p50 ms, last minute']! / f['reconcile p50 ms, first minute']!,
      atMost: 1.1,
    },
  ],
  start: (bench) => Promise.resolve({ round: () => round(bench), stop: () => Promise.resolve() }),
};

async function round({ servers, say, signal, size }: Bench): Promise<Figures> {
  const database = openBenchDatabase(await servers.newSluiceDatabase(), 16);
  try {
    const ids = Array.from({ length: WORKSPACES }, (_, n) => `churn-${n}`);
    for (const workspaceId of ids)
      await makeLine(database, { workspaceId, count: WAITING + LIMIT, limit: LIMIT });
    const beganMs = performance.now();
    const saying = setInterval(() => {
      void sizeOf(database, 'executions').then(({ mb }) =>
        say(`  ${took.length} handoffs, live table ${mb.toFixed(1)} MB`),
      );
    }, SAY_EVERY_MS);
    const took: Took[] = [];
    try {
      await churnFor(database, ids, { each: Math.ceil((size ?? HANDOFFS) / WORKSPACES), took, signal });
    } finally {
      clearInterval(saying);
    }
    const endedMs = performance.now();
    const live = await sizeOf(database, 'executions');
    return {
      ...windows(took, beganMs, endedMs),
      'handoffs a second': (took.length * 1000) / (endedMs - beganMs),
      'live MB, end': live.mb,
      'autovacuums of it': live.autovacuums,
      'workspaces MB, end': (await sizeOf(database, 'workspaces')).mb,
    };
  } finally {
    await database.close();
  }
}

interface Took {
  readonly ms: number;
  readonly endedMs: number;
}

interface Churning {
  /** Handoffs of each workspace. */
  readonly each: number;
  readonly took: Took[];
  readonly signal: AbortSignal;
}

/** Every workspace's gate and every group's arrivals in turn, each with its share of the second. */
async function churnFor(
  database: Database,
  ids: readonly string[],
  { each, took, signal }: Churning,
): Promise<void> {
  const intervalMs = (WORKSPACES * 1000) / PER_SECOND;
  const goesOn = (calls: number) => !signal.aborted && calls < each;
  const handoffs = ids.map(async (workspaceId, nth) => {
    const { handOff } = await startHandoffs(database, workspaceId);
    await steadily({
      intervalMs,
      phaseMs: (nth * intervalMs) / ids.length,
      goesOn,
      call: handOff,
      onTook: (ms, endedMs) => took.push({ ms, endedMs }),
    });
  });
  const groups = Array.from({ length: WORKSPACES / GROUP }, (_, n) => ids.slice(n * GROUP, (n + 1) * GROUP));
  const arrivals = groups.map((group, nth) =>
    steadily({
      intervalMs,
      phaseMs: ((nth + 0.5) * intervalMs) / groups.length,
      goesOn,
      call: () => enqueueInto(database, group),
      onTook: () => {},
    }),
  );
  await Promise.all([...handoffs, ...arrivals]);
  signal.throwIfAborted();
}

/** A run that is shorter than all of these has shorter ones in their place. */
function windows(took: readonly Took[], beganMs: number, endedMs: number): Figures {
  const allMs = endedMs - beganMs;
  const firstMs = beganMs + Math.min(WARM_UP_MS, allMs / 10);
  const windowMs = Math.min(WINDOW_MS, allMs / 3);
  const within = (fromMs: number) =>
    took.filter(({ endedMs: at }) => at >= fromMs && at < fromMs + windowMs).map(({ ms }) => ms);
  const [first, last] = [within(firstMs), within(endedMs - windowMs)];
  return {
    'reconcile p50 ms, first minute': median(first),
    'reconcile p50 ms, last minute': median(last),
    'reconcile p99 ms, first minute': percentile(first, 99),
    'reconcile p99 ms, last minute': percentile(last, 99),
  };
}

/** With indexes, in MB (10^6 bytes). */
async function sizeOf({ pool }: Database, table: string): Promise<{ mb: number; autovacuums: number }> {
  const { rows } = await pool.query<{ bytes: string; autovacuums: string }>(
    `select pg_total_relation_size(relid) as bytes, autovacuum_count as autovacuums from pg_stat_user_tables where relname = $1`,
    [table],
  );
  return { mb: Number(rows[0]!.bytes) / 1e6, autovacuums: Number(rows[0]!.autovacuums) };
}
