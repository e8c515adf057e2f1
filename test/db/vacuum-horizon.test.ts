import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { HorizonWatch, readVacuumHorizon } from '../../src/db/server/read-vacuum-horizon.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const ROLE = 'sluice_test_plain';

let testDatabase: TestDatabase;
let plain: Database;
let dba: pg.Client;
before(async () => {
  testDatabase = await createTestDatabase();
  dba = await connect(testDatabase.url, 'a DBA');
  await dba.query(`create role ${ROLE} login password 'plain'`);
  plain = openDatabase({
    url: Object.assign(new URL(testDatabase.url), { username: ROLE, password: 'plain' }).toString(),
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
});
after(async () => {
  await plain.close();
  await dba.query(`drop role ${ROLE}`);
  await dba.end();
  await testDatabase.drop();
});

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ ...inOwnSchema(url), application_name: name });
  await client.connect();
  return client;
}

async function begin(transactions: number): Promise<void> {
  for (let n = 0; n < transactions; n++) await dba.query('select txid_current()');
}

test('a role without rights sees which session of another role holds back vacuum, and for how many transactions; pg_monitor also since when', async () => {
  const reader = await connect(testDatabase.url, 'a long report');
  await reader.query('begin isolation level repeatable read');
  await reader.query('select 1');
  await begin(20);
  const seen = await eventually(async () => {
    const horizon = await readVacuumHorizon(plain);
    assert.match(horizon?.heldBy ?? '', /^session \d+ \(a long report\)$/);
    return horizon!;
  });
  assert.ok(seen.transactions >= 20, `${seen.transactions}`);
  assert.equal(seen.seconds, null);
  await dba.query(`grant pg_monitor to ${ROLE}`);
  assert.ok((await readVacuumHorizon(plain))!.seconds! > 0);
  await dba.query(`revoke pg_monitor from ${ROLE}`);
  await reader.end();
  await eventually(async () => {
    const horizon = await readVacuumHorizon(plain);
    assert.ok(horizon === null || horizon.transactions < 20, horizon?.heldBy);
  });
});

test('a session that is idle in a transaction and keeps no snapshot holds back nothing, and one of another database neither', async () => {
  const idle = await connect(testDatabase.url, 'idle');
  await idle.query('begin');
  await idle.query('select 1');
  const elsewhere = await connect(
    Object.assign(new URL(testDatabase.url), { pathname: '/postgres' }).toString(),
    'elsewhere',
  );
  await elsewhere.query('begin isolation level repeatable read');
  await elsewhere.query('select 1');
  await begin(20);
  const horizon = await readVacuumHorizon(plain);
  assert.ok(horizon === null || horizon.transactions < 20, horizon?.heldBy);
  await idle.end();
  await elsewhere.end();
});

test('how long it has been held is what Postgres says, or as long as the same was seen', () => {
  const watch = new HorizonWatch();
  const held = (xid: string, seconds: number | null) => ({
    xid,
    seconds,
    transactions: 1,
    heldBy: 'session 1',
  });
  assert.equal(watch.heldSeconds(held('7', null), 1_000), 0);
  assert.equal(watch.heldSeconds(held('7', null), 61_000), 60);
  assert.equal(watch.heldSeconds(held('7', 3_000), 62_000), 3_000);
  assert.equal(watch.heldSeconds(held('8', null), 63_000), 0);
  assert.equal(watch.heldSeconds(null, 64_000), 0);
  assert.equal(watch.heldSeconds(held('8', 5), 65_000), 5);
});
