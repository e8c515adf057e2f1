import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { endRestoring } from '../../src/db/restore/end-restoring.ts';
import { changeTier } from '../../src/db/tiers/change-tier.ts';
import { patchWorkspace } from '../../src/db/workspaces/patch-workspace.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const changesOf = async (id: string) => {
  const { rows } = await database.pool.query(
    'select act, source, "by", "from", "to" from changes where workspace_id = $1 order by id',
    [id],
  );
  return rows as unknown[];
};

const reconcile = (id: string, overrideWishes: { key: string; limitOverride: number | null }[]) =>
  reconcileWorkspace(database, requestOf(id, { overrideWishes }), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

test('a limit that a signal asked for is recorded once, however often its reconcile is repeated, and one that changes nothing is not', async () => {
  await insertWorkspace(database.pool, 'signalled');
  const asked = [{ key: 'run-1/0', limitOverride: 7 }];
  for (let times = 0; times < 3; times++) await reconcile('signalled', asked);
  await reconcile('signalled', [{ key: 'run-1/1', limitOverride: 7 }]);
  assert.deepEqual(await changesOf('signalled'), [
    {
      act: 'limit_changed',
      source: 'signal',
      by: null,
      from: { limitOverride: null, limit: 5 },
      to: { limitOverride: 7, limit: 7 },
    },
  ]);
});

test('a change that is rolled back leaves no record, and a limit that only follows its tier is no act on the workspace', async () => {
  await insertWorkspace(database.pool, 'quiet');
  const broken = patchWorkspace(database, 'quiet', { limitOverride: 5_000 });
  await assert.rejects(broken);
  const { pro } = DEFAULT_TIER_CONFIGS;
  await changeTier(database, 'pro', { ...pro, limit: 6 });
  await reconcile('quiet', []);
  await changeTier(database, 'pro', pro);
  assert.deepEqual(await changesOf('quiet'), []);
});

test('a workspace that goes on after a restore has a record of it', async () => {
  await insertWorkspace(database.pool, 'restored');
  await database.pool.query(
    `update workspaces set restoring_since = clock_timestamp() where id = 'restored'`,
  );
  const resumed: string[] = [];
  for await (const ids of endRestoring(database.db)) resumed.push(...ids);
  assert.deepEqual(resumed, ['restored']);
  assert.deepEqual(
    (await changesOf('restored')).map((change) => {
      const { act, source } = change as { act: string; source: string };
      return [act, source];
    }),
    [['restore_resumed', 'command line']],
  );
});
