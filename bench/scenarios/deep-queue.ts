import assert from 'node:assert/strict';
import type { Database } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { median } from '../../src/domain/percentile.ts';
import { enqueueInto, makeLine, openBenchDatabase, settle, startHandoffs } from '../parts/line.ts';
import { BENCH_TIERS } from '../parts/servers.ts';
import type { Bench, Figures, RunningScenario, Scenario } from '../scenario.ts';

const DEPTHS = { '1 k': 1_000, '100 k': 100_000, '1 M': 1_000_000 } as const;
type Depth = keyof typeof DEPTHS;

const CALLS = 300;
/** Of the last row's position, which counts 10,000 rows: each takes milliseconds. */
const COUNTING_CALLS = 50;
const WARM_UP_CALLS = 20;

/** What a queue costs: the same whether a thousand or a million wait in it. */
export const deepQueue: Scenario = {
  name: 'deep-queue',
  title: `Deep queue: reconcile, enqueue and position with 1 k, 100 k and 1 M pending rows, ${CALLS} calls each, depths in turn`,
  rounds: 5,
  reaches: [
    atMost('reconcile p50, 1 M over 1 k', 'reconcile', '1 M', '1 k'),
    atMost('enqueue p50, 1 M over 1 k', 'enqueue', '1 M', '1 k'),
    atMost('position near the front p50, 1 M over 1 k', 'position near the front', '1 M', '1 k'),
    atMost(
      'position of the last p50 (counted to 10,000), 1 M over 100 k',
      'position of the last',
      '1 M',
      '100 k',
    ),
  ],
  start,
};

function atMost(what: string, call: string, deep: Depth, shallow: Depth) {
  return {
    what,
    value: (f: Figures) => f[nameOf(call, deep)]! / f[nameOf(call, shallow)]!,
    atMost: 1.3,
  };
}

const nameOf = (call: string, depth: Depth) => `${call} p50 ms, ${depth}`;

async function start({ servers, say }: Bench): Promise<RunningScenario> {
  const database = openBenchDatabase(await servers.newSluiceDatabase());
  const calls = {} as Record<Depth, Calls>;
  for (const [depth, count] of Object.entries(DEPTHS) as [Depth, number][]) {
    say(`putting ${depth} rows in the queue`);
    calls[depth] = await makeCalls(database, `depth-${count}`, count);
  }
  await settle(database, ['executions', 'workspaces']);
  return {
    async round() {
      const figures: Record<string, number> = {};
      for (const [call, times] of [
        ['reconcile', CALLS],
        ['enqueue', CALLS],
        ['position near the front', CALLS],
        ['position of the last', COUNTING_CALLS],
      ] as const) {
        const took = await timesByDepth(times, (depth) => calls[depth][call]());
        for (const depth of Object.keys(DEPTHS) as Depth[])
          figures[nameOf(call, depth)] = median(took[depth]);
      }
      return figures;
    },
    stop: () => database.close(),
  };
}

/** One call of each depth in turn, so that whatever else the machine does meets them alike. */
async function timesByDepth(
  calls: number,
  call: (depth: Depth) => Promise<unknown>,
): Promise<Record<Depth, number[]>> {
  const times: Record<Depth, number[]> = { '1 k': [], '100 k': [], '1 M': [] };
  for (let i = -WARM_UP_CALLS; i < calls; i++) {
    for (const depth of Object.keys(DEPTHS) as Depth[]) {
      const begun = performance.now();
      await call(depth);
      if (i >= 0) times[depth].push(performance.now() - begun);
    }
  }
  return times;
}

interface Calls {
  /** The handoff of one slot: one execution is reported as ended, one is claimed. */
  readonly reconcile: () => Promise<void>;
  readonly enqueue: () => Promise<void>;
  readonly 'position near the front': () => Promise<void>;
  readonly 'position of the last': () => Promise<void>;
}

async function makeCalls(database: Database, workspaceId: string, count: number): Promise<Calls> {
  await makeLine(database, { workspaceId, count, limit: BENCH_TIERS.pro.limit });
  const idAt = async (order: 'asc' | 'desc', offset: number) => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from executions where workspace_id = $1 and status = 'pending' order by seq ${order} offset ${offset} limit 1`,
      [workspaceId],
    );
    return rows[0]!.id;
  };
  const { handOff } = await startHandoffs(database, workspaceId);
  const atFront: string[] = [];
  let last = await idAt('desc', 0);
  return {
    async reconcile() {
      await handOff();
      atFront.length = 0;
    },
    async enqueue() {
      [last] = (await enqueueInto(database, [workspaceId])) as [string];
    },
    async 'position near the front'() {
      const id = (atFront[0] ??= await idAt('asc', 10));
      const { position } = await findExecution(database.db, workspaceId, id);
      assert.deepEqual(position, { position: 11, isUpperBound: false });
    },
    async 'position of the last'() {
      const { position } = await findExecution(database.db, workspaceId, last);
      assert.ok(position !== null && position.isUpperBound === count > 10_000);
    },
  };
}
