import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7, v4 as uuidv4 } from 'uuid';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { earliestTimeOf } from '../../src/db/executions/id-time.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { endRows, insertWorkspace } from '../support/rows.ts';

const DAY_MS = 24 * 3600 * 1000;

let testDatabase: TestDatabase;
let database: Database;
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 1, applicationName: 'test', onError: () => {} });
});
after(async () => {
  await database.close();
  await testDatabase.drop();
});

test('an id says when its execution was made, less a day for clocks that differ; of several the earliest', () => {
  const at = Date.UTC(2026, 10, 28, 12);
  const [early, late] = [uuidv7({ msecs: at }), uuidv7({ msecs: at + DAY_MS })];
  assert.deepEqual(earliestTimeOf([early]), new Date(at - DAY_MS));
  assert.deepEqual(earliestTimeOf([late, early]), new Date(at - DAY_MS));
});

test('an id that says no time bounds nothing, alone or among others', () => {
  assert.deepEqual(earliestTimeOf([uuidv4()]), new Date(0));
  assert.deepEqual(earliestTimeOf([uuidv7(), uuidv4()]), new Date(0));
});

test('an ended execution is found by an id of any clock: right, three days ahead, a year behind, or none', async () => {
  await insertWorkspace(database.pool, 'clocks');
  const ids = [
    uuidv7(),
    uuidv7({ msecs: Date.now() + 3 * DAY_MS }),
    uuidv7({ msecs: Date.now() - 365 * DAY_MS }),
    uuidv4(),
  ];
  for (const [index, id] of ids.entries())
    await database.pool.query(
      `insert into executions (id, workspace_id, seq, workflow_type, input_bytes) values ($1, 'clocks', $2, 't', 1)`,
      [id, index + 1],
    );
  await database.pool.query(
    `insert into payloads (execution_id, kind, retention_days, data) select id, 'input', 0, '7' from executions`,
  );
  await endRows(database.pool, ids);
  for (const [index, id] of ids.entries()) {
    const { execution } = await findExecution(database.db, 'clocks', id.toUpperCase());
    assert.deepEqual([execution.seq, execution.status, execution.input], [index + 1, 'completed', '7']);
  }
});
