import assert from 'node:assert/strict';
import type { Database } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { listExecutions } from '../../src/db/executions/list/list-executions.ts';
import { EVERY_EXECUTION } from '../../src/db/executions/list/execution-filter.ts';
import { DAY_MS } from '../../src/db/partitions/grid.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { insertEndedRows, insertWorkspaces } from '../parts/ended-rows.ts';
import { enqueueInto, makeLine, openBenchDatabase, settle, startHandoffs } from '../parts/line.ts';
import type { Bench, Figures, RunningScenario, Scenario } from '../scenario.ts';

const ROWS = 10_000_000;
const WORKSPACES = 1_000;
/** As far back as a class of 30 days still has partitions. */
const SPREAD_DAYS = 35;
const LIMIT = 5;

const CALLS = 1_000;
/** Of one database, before the other's turn: short, so that whatever else the machine does meets both. */
const BLOCK = 25;
const WARM_UP_BLOCKS = 2;

/** Of the workspace whose executions are read: more than a page, so that an empty database has a page too. */
const RECENT = 120;
const PAGE = 100;
/** Old rows that are read again and again. */
const OLD = 100;

const DATABASES = ['empty', 'full'] as const;
type Which = (typeof DATABASES)[number];

const CALLED = [
  'enqueue',
  'reconcile',
  'GET of a recent ended one',
  'GET of an old ended one',
  'GET of a live one',
  'first page',
] as const;
type Called = (typeof CALLED)[number];
type Calls = Readonly<Record<Called, () => Promise<unknown>>>;

/** What history costs: the same calls in a database with ten million ended rows and in one that is as good as empty. */
export const endedRows: Scenario = {
  name: 'ended-rows',
  title: `Ended rows: ${ROWS / 1e6} M of ${WORKSPACES} workspaces, over ${SPREAD_DAYS} days, beside a database without them; ${CALLS} calls each, in turns of ${BLOCK}`,
  rounds: 20,
  reaches: CALLED.map((called) => ({
    what: `${called} p99, full over empty`,
    value: (f: Figures) => f[nameOf(called, 'full', 99)]! / f[nameOf(called, 'empty', 99)]!,
    atMost: 1.2,
  })),
  start,
};

const nameOf = (called: Called, which: Which, p: number) => `${called} p${p} ms, ${which}`;

async function start({ servers, say, signal, size }: Bench): Promise<RunningScenario> {
  const databases = {
    empty: openBenchDatabase(await servers.newSluiceDatabase()),
    full: openBenchDatabase(await servers.newSluiceDatabase()),
  };
  const [now, rows] = [Date.now(), size ?? ROWS];
  await insertWorkspaces(databases.empty, { rows: 0, prefix: 'w', workspaces: WORKSPACES });
  await insertEndedRows(databases.full, {
    rows,
    from: new Date(now - SPREAD_DAYS * DAY_MS),
    to: new Date(now),
    prefix: 'w',
    workspaces: WORKSPACES,
    withInputs: true,
    signal,
    onRows: (done) => done % 1_000_000 === 0 && say(`  ${done / 1e6} M rows`),
  });
  const calls = { empty: await callsOn(databases.empty), full: await callsOn(databases.full) };
  for (const which of DATABASES)
    await settle(databases[which], ['executions', 'workspaces', 'ended_executions', 'payloads', 'events']);
  return {
    async round() {
      const figures: Record<string, number> = {};
      for (const called of CALLED) {
        signal.throwIfAborted();
        const took = await inTurns(calls, called);
        for (const which of DATABASES)
          for (const p of [50, 99]) figures[nameOf(called, which, p)] = percentile(took[which], p);
      }
      return figures;
    },
    async stop() {
      for (const which of DATABASES) await databases[which].close();
    },
  };
}

/** Which database begins changes from turn to turn. */
async function inTurns(calls: Record<Which, Calls>, called: Called): Promise<Record<Which, number[]>> {
  const took: Record<Which, number[]> = { empty: [], full: [] };
  for (let block = -WARM_UP_BLOCKS; block < CALLS / BLOCK; block++) {
    for (const which of block % 2 === 0 ? DATABASES : DATABASES.toReversed()) {
      for (let call = 0; call < BLOCK; call++) {
        const begun = performance.now();
        await calls[which][called]();
        if (block >= 0) took[which].push(performance.now() - begun);
      }
    }
  }
  return took;
}

/**
 * Two of the workspaces are called. One hands off as fast as it is asked; what arrives in it takes the place of what ends. Of the other, a page
 * of executions has ended lately, by the product's own code, and some live.
 */
async function callsOn(database: Database): Promise<Calls> {
  const [busy, read] = ['w-0', 'w-1'];
  const waiting = (CALLS + WARM_UP_BLOCKS * BLOCK) * 2;
  await makeLine(database, { workspaceId: busy, count: waiting + LIMIT, limit: LIMIT });
  await makeLine(database, { workspaceId: read, count: RECENT + 2 * LIMIT, limit: LIMIT });
  const { handOff } = await startHandoffs(database, busy);
  const recent = await endSome(database, read, RECENT);
  const { rows: live } = await database.pool.query<{ id: string }>(
    'select id from executions where workspace_id = $1',
    [read],
  );
  const old = await oldRows(database, read);
  let keys = 0;
  const find = (ids: readonly string[]) => {
    let nth = 0;
    return async () => {
      const { execution } = await findExecution(database.db, read, ids[nth++ % ids.length]!);
      assert.notEqual(execution.input, null);
    };
  };
  return {
    enqueue: () => enqueueInto(database, [busy], `new-${++keys}`),
    reconcile: handOff,
    'GET of a recent ended one': find(recent),
    'GET of an old ended one': find(old.length > 0 ? old : recent),
    'GET of a live one': find(live.map(({ id }) => id)),
    'first page': async () => {
      const filter = { ...EVERY_EXECUTION, workspaceId: read };
      const { rows } = await listExecutions(database, { filter, beforeId: null, limit: PAGE });
      assert.equal(rows.length, PAGE);
    },
  };
}

async function endSome(database: Database, workspaceId: string, count: number): Promise<string[]> {
  const { handOff } = await startHandoffs(database, workspaceId);
  const ended: string[] = [];
  while (ended.length < count) ended.push(await handOff());
  return ended;
}

/** Some of each week, oldest first; none in the database without them. */
async function oldRows({ pool }: Database, workspaceId: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from (
       select id, row_number() over (order by moved_at) as nth, count(*) over () as of from ended_executions
       where workspace_id = $1 and moved_at < now() - interval '1 day') as old
     where nth % greatest(of / $2::integer, 1) = 0 limit $2::integer`,
    [workspaceId, OLD],
  );
  return rows.map(({ id }) => id);
}
