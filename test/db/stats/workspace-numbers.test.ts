import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../../src/db/connection/database.ts';
import {
  listWorkspaceNumbers,
  type NumbersPlace,
  type NumbersQuery,
} from '../../../src/db/stats/list-workspace-numbers.ts';
import { NUMBER_SORTS } from '../../../src/domain/number-sorts.ts';
import { v7 as uuidv7 } from 'uuid';
import { readInboxTotal, readTotals } from '../../../src/db/stats/read-totals.ts';
import { findWorkspaceNumbers, type WorkspaceNumbers } from '../../../src/db/stats/workspace-numbers.ts';
import { HEALTHS, healthOf } from '../../../src/domain/health.ts';
import { openTestDatabase } from '../../support/database.ts';
import { insertPending, insertWorkspace } from '../../support/rows.ts';

/** `FUZZ_RUNS=500 FUZZ_SEED=7 node tools/test.mjs test/db/stats` looks longer, and elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261128);

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 2 }));
});
after(() => close());

interface Made {
  readonly tier: 'pro' | 'enterprise';
  readonly limitOverride: number | null;
  readonly pending: number;
  readonly running: number;
  readonly stalled: boolean;
  readonly isDeleting: boolean;
  readonly isRestoring: boolean;
  readonly paused: 'on' | 'until-later' | 'ended' | null;
  readonly sample: { readonly wait: number | null; readonly failed: number } | null;
}

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true));

const made = fc.record<Made>({
  tier: fc.constantFrom('pro', 'enterprise'),
  limitOverride: fc.constantFrom(null, 1, 2),
  pending: fc.constantFrom(0, 0, 1, 2, 3),
  running: fc.constantFrom(0, 0, 1, 2, 5),
  stalled: seldom,
  isDeleting: seldom,
  isRestoring: seldom,
  paused: fc.constantFrom(null, null, null, 'on', 'until-later', 'ended'),
  sample: fc.oneof(
    fc.constant(null),
    fc.record({ wait: fc.constantFrom(null, 0.5, 1, 7), failed: fc.nat(2) }),
  ),
});

async function insert(id: string, one: Made): Promise<void> {
  const { pool } = database;
  const running = Math.max(one.running, one.stalled ? 1 : 0);
  await pool.query(
    `insert into workspaces (id, tier, limit_override, limit_in_force, running, restoring_since, deleting_since, paused_at, paused_until)
     values ($1, $2, $3, 5, $4, case when $5 then now() end, case when $6 then now() end,
       case when $7::text is not null then now() - interval '1 h' end,
       case $7 when 'until-later' then now() + interval '1 h' when 'ended' then now() - interval '1 min' end)`,
    [id, one.tier, one.limitOverride, running, one.isRestoring, one.isDeleting, one.paused],
  );
  const ids = await insertPending(pool, id, one.pending + (one.stalled ? 1 : 0));
  await pool.query(
    'update executions set created_at = now() - make_interval(secs => 1000 - seq) where workspace_id = $1',
    [id],
  );
  if (one.stalled) {
    await pool.query(`update executions set status = 'running', admitted_at = now() where id = $1`, [ids[0]]);
    await pool.query(`update workspaces set pending = pending - 1 where id = $1`, [id]);
    await pool.query(
      `insert into stalled_executions (execution_id, workspace_id, reason, message, since) values ($1, $2, 'no-worker', 'm', now())`,
      [ids[0], id],
    );
  }
  if (one.sample !== null)
    await pool.query(
      `insert into workspace_samples (workspace_id, minute, pending, running, failed, wait_p95_seconds)
       values ($1, date_trunc('minute', now()), 1, 1, $2, $3)`,
      [id, one.sample.failed, one.sample.wait],
    );
}

/** By the rows themselves, in the order of a list. */
function expected(all: readonly WorkspaceNumbers[], { sort, order, search, tier, health }: NumbersQuery) {
  const urgency = (one: WorkspaceNumbers) => -HEALTHS.indexOf(healthOf(one));
  const keyOf: Record<NumbersQuery['sort'], (one: WorkspaceNumbers) => number> = {
    id: () => 0,
    health: urgency,
    pending: ({ pending }) => pending,
    running: ({ running }) => running,
    // To the second: each read is of another moment.
    oldestWait: ({ oldestWaitSeconds }) => Math.round(oldestWaitSeconds ?? 0),
    waitP95: ({ waitP95Seconds }) => waitP95Seconds ?? 0,
    handoffP99: ({ handoffP99Seconds }) => handoffP99Seconds ?? 0,
    failures: ({ failedLastHour }) => failedLastHour,
  };
  return {
    ids: all
      .filter(
        (one) =>
          (search === null || one.id.toLowerCase().includes(search.toLowerCase())) &&
          (tier === null || one.tier === tier) &&
          (health === null || healthOf(one) === health),
      )
      .map(({ id }) => id),
    keyOf: (id: string) => keyOf[sort](all.find((one) => one.id === id)!) * (order === 'desc' ? 1 : -1),
  };
}

test('lists have the workspaces that match, each once and in order, and SQL judges health as the rule does', async () => {
  const query = fc.record<NumbersQuery>({
    sort: fc.constantFrom(...NUMBER_SORTS),
    order: fc.constantFrom('asc', 'desc'),
    search: fc.constantFrom(null, null, 'W', '1'),
    tier: fc.constantFrom(null, null, 'pro'),
    health: fc.constantFrom(null, null, ...HEALTHS),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(made, { minLength: 1, maxLength: 14, size: 'max' }),
      fc.array(query, { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (rows, queries, limit) => {
        await database.pool.query('truncate workspaces, workspace_samples, stalled_executions cascade');
        for (const [index, one] of rows.entries()) await insert(`w-${index}`, one);
        const all: WorkspaceNumbers[] = [];
        for (const index of rows.keys()) all.push(await findWorkspaceNumbers(database.db, `w-${index}`));
        for (const asked of queries) {
          const ids: string[] = [];
          let after: NumbersPlace | null = null;
          do {
            const page: Awaited<ReturnType<typeof listWorkspaceNumbers>> = await listWorkspaceNumbers(
              database.db,
              { query: asked, after, limit },
            );
            assert.ok(page.rows.length === limit || page.next === null);
            ids.push(...page.rows.map(({ id }) => id));
            after = page.next;
          } while (after !== null);
          const wanted = expected(all, asked);
          assert.deepEqual([...ids].sort(), [...wanted.ids].sort(), JSON.stringify(asked));
          const keys = ids.map(wanted.keyOf);
          assert.deepEqual(
            keys,
            keys.toSorted((one, other) => other - one),
            JSON.stringify(asked),
          );
          if (asked.sort === 'id') {
            const inOrder = [...wanted.ids].sort();
            assert.deepEqual(ids, asked.order === 'asc' ? inOrder : inOrder.toReversed());
          }
        }
        const totals = await readTotals(database.db);
        for (const health of HEALTHS)
          assert.equal(
            totals.reduce((n, one) => n + (one.health === health ? one.workspaces : 0), 0),
            all.filter((one) => healthOf(one) === health).length,
            health,
          );
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
});

test('what waits in the inbox is counted for its workspace and for all, and how old the oldest is', async () => {
  const { pool, db } = database;
  await pool.query('truncate workspaces, inbox cascade');
  for (const id of ['one', 'other', 'none']) await insertWorkspace(pool, id);
  assert.deepEqual(await readInboxTotal(db), { waiting: 0, oldestSeconds: null });
  for (const [workspaceId, seconds] of [
    ['one', 300],
    ['other', 40],
    ['one', 0],
  ])
    await pool.query(
      `insert into inbox (id, workspace_id, kind, "by", at)
       values ($1, $2, 'enqueue', 'role:shop', clock_timestamp() - make_interval(secs => $3))`,
      [uuidv7(), workspaceId, seconds],
    );
  const { rows } = await listWorkspaceNumbers(db, {
    query: { sort: 'id', order: 'asc', search: null, tier: null, health: null },
    after: null,
    limit: 9,
  });
  assert.deepEqual(
    rows.map(({ id, inbox, inboxOldestSeconds }) => [id, inbox, Math.floor((inboxOldestSeconds ?? -1) / 10)]),
    [
      ['none', 0, -1],
      ['one', 2, 30],
      ['other', 1, 4],
    ],
  );
  const total = await readInboxTotal(db);
  assert.deepEqual([total.waiting, Math.floor(total.oldestSeconds! / 10)], [3, 30]);
});
