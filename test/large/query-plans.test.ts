import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { problemsIn } from '../db/plans/hot-paths.ts';
import {
  dropIndexes,
  insertHistory,
  insertLine,
  insertLines,
  insertSamples,
  insertScheduled,
  insertSmall,
  insertIdle,
} from '../db/plans/rows.ts';
import { pagesOf, watch } from '../db/plans/watch.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const DEEP = 'deep';
const SMALL = ['small-a', 'small-b'];
const LIVE = 1_000_000;
const ENDED = 10_000_000;

const ROUNDS = 5;

/** Of a statement whose pages are in memory, planning left out. A caller of a list waits for some of them. */
const STATEMENT_MAX_MS = 50;

let testDatabase: TestDatabase;
let setUp: Database;
before(async () => {
  testDatabase = await createTestDatabase({
    ...DEFAULT_TIER_CONFIGS,
    pro: { ...DEFAULT_TIER_CONFIGS.pro, maxPending: 1_000_000 },
  });
  const url = new URL(testDatabase.url);
  url.searchParams.set('options', '-c maintenance_work_mem=1GB -c work_mem=64MB');
  setUp = openDatabase({
    url: url.toString(),
    poolSize: 1,
    applicationName: 'test',
    statementTimeoutMs: 1_800_000,
    onError: () => {},
  });
});
after(async () => {
  await setUp.close();
  await testDatabase.drop();
});

test('no statement of the hot paths reads or sorts the queue or the history, at 1 M live and 10 M ended rows', async (t) => {
  const { pool } = setUp;
  const step = async (name: string, work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    t.diagnostic(`${name}: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  };
  const history = { workspaceId: DEEP, ended: ENDED, payloads: 1_000_000, events: 2_000_000 };
  await step(`${ENDED / 1e6} M ended rows`, () =>
    insertHistory(pool, history, (name, ms) => t.diagnostic(`index ${name}: ${(ms / 1_000).toFixed(1)} s`)),
  );
  await step(`${LIVE / 1e6} M live rows`, async () => {
    const rebuild = await dropIndexes(pool, ['executions']);
    await insertLine(pool, DEEP, LIVE / 2);
    await insertScheduled(pool, DEEP, 20_000);
    await insertLines(pool, LIVE / 2 / 1_000);
    await rebuild();
    await insertSmall(pool, SMALL);
    await insertIdle(pool, 5_000);
  });
  await step('samples of 1,000 workspaces for three hours', () => insertSamples(pool, 180));
  await step('analyze', () => pool.query('analyze'));
  for (const mode of ['force_custom_plan', 'force_generic_plan'])
    await t.test(mode, async (mt) => {
      const watched = watch(testDatabase.url, { plan_cache_mode: mode });
      /** The slowest statement of each path, in its fastest round: the first time pages come from the disk, and others compute beside us. */
      const fastest = new Map<string, { ms: number; pages: number }>();
      try {
        const problems: string[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const slowest = new Map<string, { ms: number; pages: number }>();
          for (const workspaceId of [DEEP, 'w-7', SMALL[mode === 'force_custom_plan' ? 0 : 1]!])
            problems.push(
              ...(await problemsIn(watched, pool, workspaceId, [DEEP, 'w-1', 'w-2'], (path, { ms, Plan }) => {
                if (ms >= (slowest.get(path)?.ms ?? 0)) slowest.set(path, { ms, pages: pagesOf(Plan) });
              })),
            );
          for (const [path, one] of slowest)
            if (one.ms < (fastest.get(path)?.ms ?? Infinity)) fastest.set(path, one);
        }
        for (const [path, { ms, pages }] of [...fastest].sort((one, other) => other[1].ms - one[1].ms)) {
          mt.diagnostic(`${path}: ${ms.toFixed(2)} ms, ${pages} pages`);
          if (ms > STATEMENT_MAX_MS) problems.push(`${path} takes ${ms} ms`);
        }
        assert.equal(problems.join('\n\n'), '');
      } finally {
        await watched.close();
      }
    });
});
