import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { enqueueOne } from '../../test/support/enqueue.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import type { ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { median } from '../../src/domain/percentile.ts';
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
  const database = openDatabase({
    url: await servers.newSluiceDatabase(),
    poolSize: 1,
    applicationName: 'bench',
    statementTimeoutMs: 600_000,
    onError: () => {},
  });
  const lines = {} as Record<Depth, Line>;
  for (const [depth, count] of Object.entries(DEPTHS) as [Depth, number][]) {
    say(`putting ${depth} rows in the queue`);
    lines[depth] = await makeLine(database, `depth-${count}`, count);
  }
  // As autovacuum leaves the table some time after such a burst.
  await database.pool.query('vacuum analyze executions');
  await database.pool.query('vacuum analyze workspaces');
  await database.pool.query('checkpoint');
  return {
    async round() {
      const figures: Record<string, number> = {};
      for (const [call, calls] of [
        ['reconcile', CALLS],
        ['enqueue', CALLS],
        ['position near the front', CALLS],
        ['position of the last', COUNTING_CALLS],
      ] as const) {
        const times = await timesByDepth(calls, (depth) => lines[depth][call]());
        for (const depth of Object.keys(DEPTHS) as Depth[])
          figures[nameOf(call, depth)] = median(times[depth]);
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

interface Line {
  /** The handoff of one slot: one execution is reported as ended, one is claimed. */
  readonly reconcile: () => Promise<void>;
  readonly enqueue: () => Promise<void>;
  readonly 'position near the front': () => Promise<void>;
  readonly 'position of the last': () => Promise<void>;
}

async function makeLine(database: Database, workspaceId: string, count: number): Promise<Line> {
  await database.pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq, pending) values ($1, 'pro', $2, $3::integer, $3::integer)`,
    [workspaceId, BENCH_TIERS.pro.limit, count],
  );
  // In the order of time, as the API makes them.
  await database.pool.query(
    `with made as (
       insert into executions (id, workspace_id, seq, workflow_type, input_bytes)
     select (lpad(to_hex(1700000000000 + seq), 12, '0') || '7' || substr(md5($1::text || seq), 1, 3) || '8' || substr(md5($1::text || seq), 4, 15))::uuid,
       $1::text, seq, 'nothing', 7
     from generate_series(1, $2::integer) as seq returning id)
     insert into payloads (execution_id, kind, retention_days, data) select id, 'input', 0, '{"a":1}' from made`,
    [workspaceId, count],
  );
  const idAt = async (order: 'asc' | 'desc', offset: number) => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from all_executions where workspace_id = $1 and status = 'pending' order by seq ${order} offset ${offset} limit 1`,
      [workspaceId],
    );
    return rows[0]!.id;
  };
  const atFront: string[] = [];
  let running: string[] = [];
  const reconcile = async (known: readonly string[], ended: string | undefined) => {
    const request: ReconcileRequest = {
      workspaceId,
      known,
      started: [],
      closed:
        ended === undefined
          ? []
          : [
              {
                executionId: ended,
                closedAt: new Date().toISOString(),
                outcome: { status: 'completed', result: null, resultOmitted: null, failure: null },
              },
            ],
      cancelsDelivered: [],
      overrideWishes: [],
      claim: true,
    };
    const options = { gateRunId: 'run', verifyAfterSeconds: 3_600 };
    return (await reconcileWorkspace(database, request, options)).admitted.map(
      ({ executionId }) => executionId,
    );
  };
  running = await reconcile([], undefined);
  let last = await idAt('desc', 0);
  return {
    async reconcile() {
      const [ended, ...rest] = running;
      const claimed = await reconcile(rest, ended);
      assert.equal(claimed.length, 1);
      running = [...rest, ...claimed];
      atFront.length = 0;
    },
    async enqueue() {
      const { execution } = await enqueueOne(
        database,
        { workspaceId, workflowType: 'nothing', input: '{"a":1}', idempotencyKey: null },
        { maxInputBytes: 1_000, knownWorkflowTypes: null },
      );
      last = execution.id;
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
