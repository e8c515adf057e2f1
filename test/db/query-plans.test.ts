import assert from 'node:assert/strict';
import { type TestContext, after, before, test } from 'node:test';
import type pg from 'pg';
import { countMatching } from '../../src/db/bulk-acts/count-matching.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { EVERY_EXECUTION } from '../../src/db/executions/list/execution-filter.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { problemsIn } from './plans/hot-paths.ts';
import {
  insertHistory,
  insertIdle,
  insertInbox,
  insertLine,
  insertSamples,
  insertScheduled,
  insertSmall,
  insertWithEnded,
} from './plans/rows.ts';
import { watch } from './plans/watch.ts';

const DEEP = 'deep';
const LINE = 200_000;
/** Of all workspaces; before the queue, and in the same workspace: what an index over all of its rows would have to pass first. */
const ENDED = 100_000;
const NEW = 'new';
const NEW_LINE = 50_000;
const SMALL = ['small-a', 'small-b', 'small-c', 'small-d'];
const IDLE_WORKSPACES = 1_000;

let testDatabase: TestDatabase;
let setUp: Database;
before(async () => {
  testDatabase = await createTestDatabase({
    ...DEFAULT_TIER_CONFIGS,
    pro: { ...DEFAULT_TIER_CONFIGS.pro, maxPending: 1_000_000 },
  });
  setUp = openDatabase({
    url: testDatabase.url,
    poolSize: 1,
    applicationName: 'test',
    statementTimeoutMs: 120_000,
    onError: () => {},
  });
});
after(async () => {
  await setUp.close();
  await testDatabase.drop();
});

test('no statement of the hot paths reads or sorts the queue or the history, with stale, fresh and large statistics, by custom and generic plans', async (t) => {
  const { pool } = setUp;
  // Or it would freshen the statistics while the stale ones are used.
  await withoutAutovacuum(pool);
  await insertSmall(pool, SMALL);
  await insertIdle(pool, IDLE_WORKSPACES);
  await pool.query('analyze');
  await insertWithEnded(pool, NEW, 100);
  await insertLine(pool, NEW, NEW_LINE);
  await insertScheduled(pool, NEW, 1_000);
  await insertSamples(pool, 90);
  await insertInbox(pool, 500, 40);
  await checkAll(t, 'statistics of small workspaces alone', [NEW, SMALL[0]!]);

  await insertHistory(pool, { workspaceId: DEEP, ended: ENDED, payloads: ENDED / 10, events: ENDED });
  await withoutAutovacuum(pool);
  await pool.query('analyze');
  await insertLine(pool, DEEP, LINE);
  await insertScheduled(pool, DEEP, 20_000);
  await checkAll(t, 'statistics from before the queue', [DEEP, NEW, SMALL[1]!]);

  await pool.query('analyze');
  await checkAll(t, 'fresh statistics', [DEEP, SMALL[2]!]);
  await t.test('a quarter of a million executions are counted to the last one', () => countDeep());

  // What the real size does is tried by test/large; here the planner believes in it.
  await believe(pool, 'executions', 1_000_000);
  await believe(pool, 'ended_executions', 10_000_000);
  await believe(pool, 'payloads', 20_000_000);
  await believe(pool, 'events', 10_000_000);
  await checkAll(t, 'statistics of 1 M live and 10 M ended rows', [DEEP, SMALL[3]!]);
});

async function countDeep(): Promise<void> {
  const acceptedAt = new Date(Date.now() + 60_000);
  for (const [act, table] of [
    ['cancel', 'executions'],
    ['rerun', 'ended_executions'],
  ] as const)
    for (const workspaceId of [DEEP, null]) {
      const filter = { ...EVERY_EXECUTION, workspaceId };
      const matching = await countMatching(setUp, { act, filter, acceptedAt }, 60_000);
      const { rows } = await setUp.pool.query<{ count: number }>(
        `select count(*)::integer as count from ${table} where $1::text is null or workspace_id = $1`,
        [workspaceId],
      );
      assert.deepEqual([matching.count, matching.isLowerBound], [rows[0]!.count, false]);
    }
}

/** The tables, with their partitions, that have rows. */
const LEAVES = `
  select c.oid::regclass::text as name from pg_class c
  where c.relkind = 'r' and (c.relname = $1 or c.relname like $1 || '\\_%' and c.relispartition) and c.reltuples > 0`;

async function withoutAutovacuum(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'sluice'::regnamespace`,
  );
  for (const { name } of rows) await pool.query(`alter table ${name} set (autovacuum_enabled = false)`);
}

/**
 * Makes the planner believe that a table, with its partitions, has so many rows: it takes the density of a page from the statistics. What is
 * told of the values is shares of all rows, and stays.
 */
async function believe(pool: pg.Pool, table: string, tuples: number): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(LEAVES, [table]);
  assert.ok(rows.length > 0, `${table} has no rows to believe more of`);
  await pool.query(
    `update pg_class set reltuples = reltuples * ($2 / (select sum(reltuples) from pg_class where oid = any($1::text[]::regclass[])))
     where oid = any($1::text[]::regclass[])
       or oid in (select indexrelid from pg_index where indrelid = any($1::text[]::regclass[]) and indpred is null)`,
    [rows.map(({ name }) => name), tuples],
  );
}

async function checkAll(t: TestContext, statistics: string, workspaceIds: readonly string[]): Promise<void> {
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await t.test(`${statistics}, ${mode}`, async () => {
      const watched = watch(testDatabase.url, { plan_cache_mode: mode });
      try {
        const problems: string[] = [];
        for (const workspaceId of workspaceIds)
          problems.push(...(await problemsIn(watched, setUp.pool, workspaceId, [NEW, ...SMALL])));
        assert.equal(problems.join('\n\n'), '');
      } finally {
        await watched.close();
      }
    });
  }
}
