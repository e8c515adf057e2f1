import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { median } from '../../src/domain/percentile.ts';
import type { ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import type { Bench, Figures, RunningScenario, Scenario } from '../scenario.ts';

const LIMIT = 5;
const HANDOFFS = 30_000;
/** Over which a median is taken. */
const WINDOW = 1_000;
/** The first calls of a connection prepare their statements, and read pages from the disk. */
const WARM_UP_CALLS = 200;

/**
 * What an open transaction elsewhere costs: while it is open, Postgres may clean nothing up that it could still see, so each handoff leaves
 * versions of rows behind that later reads may have to step over.
 */
export const horizon: Scenario = {
  name: 'horizon',
  title: `Horizon: ${HANDOFFS} handoffs of one workspace while a transaction of somebody else stays open`,
  rounds: 3,
  reaches: [
    {
      what: 'reconcile p50, last thousand over first',
      value: (f) => f['reconcile p50 ms, last']! / f['reconcile p50 ms, first']!,
      atMost: 2,
    },
  ],
  start,
};

async function start({ servers, say, signal }: Bench): Promise<RunningScenario> {
  const url = await servers.newSluiceDatabase();
  const database = openDatabase({
    url,
    poolSize: 1,
    applicationName: 'bench',
    statementTimeoutMs: 600_000,
    onError: () => {},
  });
  return {
    async round(number): Promise<Figures> {
      const workspaceId = `horizon-${number}`;
      await fillQueue(database, workspaceId, WARM_UP_CALLS + HANDOFFS + LIMIT);
      const handOff = await createHandoffs(database, workspaceId);
      for (let call = 0; call < WARM_UP_CALLS; call++) await handOff();
      const open = await openTransaction(url);
      try {
        const windows: number[] = [];
        while (windows.length * WINDOW < HANDOFFS) {
          signal.throwIfAborted();
          windows.push(await medianOf(WINDOW, handOff));
          if (windows.length % 5 === 0)
            say(`  ${windows.length * WINDOW} handoffs: ${windows.at(-1)!.toFixed(2)} ms`);
        }
        return { 'reconcile p50 ms, first': windows[0]!, 'reconcile p50 ms, last': windows.at(-1)! };
      } finally {
        await open.end();
      }
    },
    stop: () => database.close(),
  };
}

/** Somebody's report, migration or forgotten session: it has read something, and goes on. */
async function openTransaction(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from workspaces');
  return client;
}

async function medianOf(calls: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const begun = performance.now();
    await call();
    times.push(performance.now() - begun);
  }
  return median(times);
}

async function fillQueue(database: Database, workspaceId: string, count: number): Promise<void> {
  await database.pool.query(
    `insert into workspaces (id, tier, limit_override, limit_in_force, last_seq, pending) values ($1, 'pro', $3, $3, $2::integer, $2::integer)`,
    [workspaceId, count, LIMIT],
  );
  await database.pool.query(
    `with made as (
       insert into executions (id, workspace_id, seq, workflow_type, input_bytes)
       select gen_random_uuid(), $1::text, seq, 'nothing', 7 from generate_series(1, $2::integer) as seq returning id)
     insert into payloads (execution_id, kind, retention_days, data) select id, 'input', 0, '{"a":1}' from made`,
    [workspaceId, count],
  );
  await database.pool.query('vacuum analyze executions');
  await database.pool.query('vacuum analyze workspaces');
}

/** A call reports the start and the end of the oldest running execution, and claims the next in the queue. */
async function createHandoffs(database: Database, workspaceId: string): Promise<() => Promise<void>> {
  const reconcile = async (request: Partial<ReconcileRequest>) => {
    const none = { known: [], started: [], closed: [], cancelsDelivered: [], overrideWishes: [] };
    const options = { gateRunId: 'run', verifyAfterSeconds: 3_600 };
    const { admitted } = await reconcileWorkspace(
      database,
      { workspaceId, ...none, claim: true, ...request },
      options,
    );
    return admitted.map(({ executionId }) => executionId);
  };
  let running = await reconcile({});
  return async () => {
    const [ended, ...rest] = running;
    const now = new Date().toISOString();
    const claimed = await reconcile({
      known: rest,
      started: [{ executionId: ended!, runId: randomUUID() }],
      closed: [
        {
          executionId: ended!,
          closedAt: now,
          outcome: { status: 'completed', result: '{"ok":true}', resultOmitted: null, failure: null },
        },
      ],
    });
    if (claimed.length !== 1) throw new Error(`${claimed.length} executions were claimed at one end`);
    running = [...rest, ...claimed];
  };
}
