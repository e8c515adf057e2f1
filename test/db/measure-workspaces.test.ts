import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import {
  type InstallationNumbers,
  measureWorkspaces,
  type WorkspaceNumbers,
} from '../../src/db/stats/measure-workspaces.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertPending, insertWorkspace } from '../support/rows.ts';

let testDatabase: TestDatabase;
let database: Database;
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({
    url: testDatabase.url,
    poolSize: 2,
    applicationName: 'test',
    onError: () => {},
  });
});
after(async () => {
  await database.close();
  await testDatabase.drop();
});

/** A workspace with so many in the queue, entered so long ago. */
async function queueOf(id: string, pending: number, secondsAgo: number, limit = 5): Promise<void> {
  await insertWorkspace(database.pool, id, { limitOverride: limit });
  const ids = await insertPending(database.pool, id, pending);
  await database.pool.query(
    `update executions set created_at = clock_timestamp() - make_interval(secs => $2) where id = any($1::uuid[])`,
    [ids, secondsAgo],
  );
}

async function set(id: string, assignments: string): Promise<void> {
  await database.pool.query(`update workspaces set ${assignments} where id = $1`, [id]);
}

const measure = (named = 100): Promise<InstallationNumbers> => measureWorkspaces(database.db, { named });

async function numbersOf(id: string): Promise<WorkspaceNumbers> {
  const { groups } = await measure();
  return groups.find(({ workspace }) => workspace === id) ?? assert.fail(`${id} is not named`);
}

test('what runs, and of what is pending as much as there are free slots, is the demand', async () => {
  await queueOf('free', 3, 10);
  await set('free', 'running = 1');
  assert.equal((await numbersOf('free')).demand, 4);
  await set('free', 'running = 4');
  assert.equal((await numbersOf('free')).demand, 5);
  await set('free', 'running = 9');
  assert.equal((await numbersOf('free')).demand, 9, 'a cut limit drains');
});

test('nothing that waits in a workspace which is paused, restoring or being deleted is demand, or unserved', async () => {
  await queueOf('halted', 3, 600);
  await set('halted', 'running = 1');
  assert.ok((await numbersOf('halted')).unservedSeconds >= 600);
  for (const column of ['paused_at', 'restoring_since', 'deleting_since']) {
    await set('halted', `${column} = clock_timestamp()`);
    const { demand, unservedSeconds, oldestWaitSeconds, paused, restoring } = await numbersOf('halted');
    assert.deepEqual([demand, unservedSeconds], [1, 0], column);
    assert.ok(oldestWaitSeconds >= 600, 'it waits all the same');
    assert.deepEqual(
      [paused, restoring],
      [column === 'paused_at' ? 1 : 0, column === 'restoring_since' ? 1 : 0],
    );
    await set('halted', `${column} = null`);
  }
  await set(
    'halted',
    `paused_at = clock_timestamp(), paused_until = clock_timestamp() - interval '1 second'`,
  );
  assert.deepEqual([(await numbersOf('halted')).paused, (await numbersOf('halted')).demand], [0, 4]);
});

test('a queue is unserved since its last reconcile, or since the first in it entered when that is later', async () => {
  await queueOf('served', 2, 500);
  await set('served', `reconciled_at = clock_timestamp() - interval '100 seconds'`);
  const { oldestWaitSeconds, unservedSeconds } = await numbersOf('served');
  assert.ok(oldestWaitSeconds >= 500 && unservedSeconds >= 100 && unservedSeconds < 400);
  await set('served', `reconciled_at = clock_timestamp() - interval '1 hour'`);
  assert.ok((await numbersOf('served')).unservedSeconds < 1_000);
});

test('a scheduled execution waits from its time on', async () => {
  await queueOf('scheduled', 1, 5_000);
  await database.pool.query(
    `update executions set start_after = clock_timestamp() - interval '50 seconds' where workspace_id = 'scheduled'`,
  );
  const { oldestWaitSeconds } = await numbersOf('scheduled');
  assert.ok(oldestWaitSeconds >= 50 && oldestWaitSeconds < 1_000);
});

test('the largest backlogs are named, and with the rest they come to all that there is', async () => {
  for (const [n, pending] of [7, 90, 40].entries()) await queueOf(`of-${n}`, pending, 1);
  for (let n = 0; n < 3; n++) await insertWorkspace(database.pool, `idle-${n}`, { tier: 'enterprise' });
  const sums = (of: readonly WorkspaceNumbers[]) =>
    (['workspaces', 'pending', 'running', 'limit', 'demand'] as const).map((name) =>
      of.reduce((sum, group) => sum + group[name], 0),
    );
  const [all, two, none] = [await measure(), await measure(2), await measure(0)];
  const named = two.groups.flatMap(({ workspace }) => (workspace === null ? [] : [workspace]));
  assert.deepEqual(named.sort(), ['of-1', 'of-2']);
  assert.ok(none.groups.every(({ workspace }) => workspace === null));
  assert.deepEqual(sums(two.groups), sums(all.groups));
  assert.deepEqual(sums(none.groups), sums(all.groups));
  const { rows } = await database.pool.query<{ n: number; limit: number }>(
    'select count(*)::integer as n, sum(limit_in_force)::integer as "limit" from workspaces',
  );
  assert.deepEqual([sums(all.groups)[0], sums(all.groups)[3]], [rows[0]!.n, rows[0]!.limit]);
});

test('stalls count while their execution runs, by reason and by workspace', async () => {
  await insertWorkspace(database.pool, 'stalls');
  const ids = await insertPending(database.pool, 'stalls', 3);
  await set('stalls', 'running = 2, pending = 1');
  await database.pool.query(
    `update executions set status = 'running', admitted_at = now() where id = any($1::uuid[])`,
    [ids.slice(0, 2)],
  );
  await database.pool.query(
    `insert into stalled_executions (execution_id, workspace_id, reason, message, since)
     select id, 'stalls', 'no-worker', 'm', now() from unnest($1::uuid[]) id`,
    [ids],
  );
  const { stalled, stalledWorkspaces } = await numbersOf('stalls');
  assert.deepEqual([stalled, stalledWorkspaces], [2, 1]);
  assert.deepEqual((await measure()).stalled, { 'no-worker': 2 });
});
