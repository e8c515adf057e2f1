import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { completedReport, insertPending, insertWorkspace, requestOf } from '../support/rows.ts';

const HANDOFFS = 600;

let testDatabase: TestDatabase;
let database: Database;
let open: pg.Client;
before(async () => {
  testDatabase = await createTestDatabase();
  // One session: it knows itself what it has read.
  database = openDatabase({
    url: testDatabase.url,
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  open = new pg.Client({ ...inOwnSchema(testDatabase.url) });
  await open.connect();
});
after(async () => {
  await open.end();
  await database.close();
  await testDatabase.drop();
});

/** Postgres 14 knows no way but to let its half a second pass, and to begin another statement. */
async function flushStatistics(): Promise<void> {
  const { rows } = await database.pool.query<{ name: string | null }>(
    `select to_regproc('pg_stat_force_next_flush') as name`,
  );
  if (rows[0]!.name !== null) await database.pool.query('select pg_stat_force_next_flush()');
  else await delay(600).then(() => database.pool.query('select 1'));
}

/** Entries that reads of executions took from its indexes, also of rows and versions that are gone. */
async function entriesRead(): Promise<number> {
  await flushStatistics();
  const { rows } = await database.pool.query<{ entries: string }>(
    `select sum(idx_tup_read) as entries from pg_stat_user_indexes where relname = 'executions'`,
  );
  return Number(rows[0]!.entries);
}

test('while a transaction stays open elsewhere, a handoff does not read what all handoffs before it have left behind', async () => {
  await insertWorkspace(database.pool, 'busy');
  await insertPending(database.pool, 'busy', HANDOFFS + 100);
  const reconcile = async (fields: Parameters<typeof requestOf>[1]) => {
    const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };
    const { admitted } = await reconcileWorkspace(database, requestOf('busy', fields), options);
    return admitted.map(({ executionId }) => executionId);
  };
  let running = await reconcile({});
  const handOff = async () => {
    const [ended, ...rest] = running;
    const claimed = await reconcile({ known: rest, closed: [completedReport(ended!)] });
    assert.equal(claimed.length, 1);
    running = [...rest, ...claimed];
  };
  const entriesOfHandoff = async () => {
    const before = await entriesRead();
    await handOff();
    return (await entriesRead()) - before;
  };
  for (let warmUp = 0; warmUp < 10; warmUp++) await handOff();
  await open.query('begin isolation level repeatable read');
  await open.query('select count(*) from all_executions');
  const first = await entriesOfHandoff();
  assert.ok(first > 0, 'Postgres counts what is read');
  for (let handoff = 0; handoff < HANDOFFS; handoff++) await handOff();
  const last = await entriesOfHandoff();
  assert.ok(last <= 2 * first, `${first} entries at first, ${last} after ${HANDOFFS} handoffs`);
});
