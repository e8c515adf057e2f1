import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { knownWorkflowTypes, publishWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { openTestDatabase } from '../support/database.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

test('nothing is known until a worker publishes, and then what any worker published of late', async () => {
  assert.equal(await knownWorkflowTypes(database.db), null);
  await publishWorkflowTypes(database.db, []);
  assert.equal(await knownWorkflowTypes(database.db), null);
  await publishWorkflowTypes(database.db, ['a', 'b', 'a']);
  await publishWorkflowTypes(database.db, ['c']);
  assert.deepEqual([...(await knownWorkflowTypes(database.db))!].sort(), ['a', 'b', 'c']);
});

test('a type unseen for ten minutes before the newest publication is forgotten; all workers down forget nothing', async () => {
  await database.pool.query("update workflow_types set seen_at = now() - interval '2 days'");
  assert.equal((await knownWorkflowTypes(database.db))!.size, 3);
  await publishWorkflowTypes(database.db, ['a']);
  assert.deepEqual([...(await knownWorkflowTypes(database.db))!], ['a']);
});

test('many workers publish the same types at once', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `type-${i}`);
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      publishWorkflowTypes(database.db, i % 2 === 0 ? names : [...names].reverse()),
    ),
  );
  assert.equal((await knownWorkflowTypes(database.db))!.size, 51);
});
