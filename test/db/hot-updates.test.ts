import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { completedReport, insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 2 }));
});
after(() => close());

const ROUNDS = 40;

test('requests and handoffs of a workspace that has work rewrite no index of workspaces', async () => {
  await insertWorkspace(database.pool, 'busy', { limitOverride: 1 });
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  const request = { workspaceId: 'busy', workflowType: 'any', input: null, idempotencyKey: null };
  const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };
  await enqueueOne(database, request, rules);
  let { admitted } = await reconcileWorkspace(database, requestOf('busy'), options);
  for (let round = 0; round < ROUNDS; round++) {
    await enqueueOne(database, request, rules);
    const { executionId } = admitted[0]!;
    ({ admitted } = await reconcileWorkspace(
      database,
      requestOf('busy', { known: [executionId], closed: [completedReport(executionId, '1')] }),
      options,
    ));
  }
  // Postgres gathers its statistics a moment later.
  await eventually(async () => {
    const { rows } = await database.pool.query<{ updates: number; hot: number }>(
      `select n_tup_upd::integer as updates, n_tup_hot_upd::integer as hot from pg_stat_user_tables where relname = 'workspaces'`,
    );
    const { updates, hot } = rows[0]!;
    assert.ok(updates >= 2 * ROUNDS, `${updates} updates are known yet`);
    assert.ok(hot >= updates - 3, `${hot} of ${updates} updates left the indexes alone`);
  });
});
