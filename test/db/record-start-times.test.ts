import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { recordStartTimes, type StartTime } from '../../src/db/executions/record-start-times.ts';
import { openTestDatabase } from '../support/database.ts';
import { endRows, insertPending, insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  // Whoever waits for the other's locks fails the test, instead of holding it up.
  ({ database, close } = await openTestDatabase({ statementTimeoutMs: 2_000 }));
});
after(() => close());

/** A workspace whose executions run; their ids. */
async function running(workspaceId: string): Promise<string[]> {
  await insertWorkspace(database.pool, workspaceId);
  const ids = await insertPending(database.pool, workspaceId, 3);
  await reconcileWorkspace(database, requestOf(workspaceId), {
    gateRunId: 'run',
    verifyAfterSeconds: 3600,
  });
  return ids;
}

const startOf = (executionId: string) => ({
  executionId,
  runId: `run of ${executionId}`,
  startedAt: new Date('2026-01-01T00:00:00Z'),
});

const recorded = async (starts: readonly StartTime[]) =>
  (await recordStartTimes(database.db, starts)).map(({ executionId }) => executionId);

test('recording start times never waits for rows that a reconcile is writing, so that the two cannot deadlock', async () => {
  const [written, ...free] = (await running('busy')) as [string, ...string[]];
  const starts = [free[0]!, written, free[1]!].map(startOf);
  const reconcile = await database.pool.connect();
  try {
    await reconcile.query('begin');
    await reconcile.query(`select 1 from workspaces where id = 'busy' for update`);
    await reconcile.query(`update executions set run_id = 'reported' where id = $1`, [written]);
    assert.deepEqual((await recorded(starts)).sort(), [...free].sort());
    // What it did write is free again for the reconcile.
    await endRows(reconcile, free);
    await reconcile.query('commit');
  } finally {
    reconcile.release(true);
  }
  assert.deepEqual(await recorded(starts), [written], 'the one that was passed over is next');
  const { rows } = await database.pool.query<{ id: string; run_id: string; started_at: Date }>(
    `select id, run_id, started_at from all_executions where workspace_id = 'busy'`,
  );
  for (const row of rows) {
    assert.equal(row.run_id, row.id === written ? 'reported' : startOf(row.id).runId);
    assert.deepEqual(row.started_at, startOf(row.id).startedAt);
  }
});

test('a start time that is recorded stays as it is, and is not recorded again', async () => {
  const [id] = (await running('again')) as [string];
  assert.deepEqual(await recorded([startOf(id)]), [id]);
  const later = { ...startOf(id), startedAt: new Date('2026-02-01T00:00:00Z') };
  assert.deepEqual(await recorded([later]), []);
  const { rows } = await database.pool.query<{ started_at: Date }>(
    'select started_at from all_executions where id = $1',
    [id],
  );
  assert.deepEqual(rows[0]!.started_at, startOf(id).startedAt);
});

test('a start time of a run that a gate has reported is no news', async () => {
  const [reported, unreported] = (await running('news')) as [string, string];
  await database.pool.query(`update executions set run_id = 'reported' where id = $1`, [reported]);
  const rows = await recordStartTimes(database.db, [reported, unreported].map(startOf));
  assert.deepEqual(
    new Map(rows.map(({ executionId, runId, isNews }) => [executionId, [runId, isNews]])),
    new Map([
      [reported, ['reported', false]],
      [unreported, [startOf(unreported).runId, true]],
    ]),
  );
});
