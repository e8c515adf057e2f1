import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import pg from 'pg';
import { onConnection } from '../../src/db/connection.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

let own: OpenTestDatabase;
let dba: pg.Client;
let name: string;
before(async () => {
  own = await openTestDatabase({ poolSize: 1 });
  const connectionString = own.database.pool.options.connectionString!;
  name = pg.escapeIdentifier(new URL(connectionString).pathname.slice(1));
  dba = new pg.Client({ connectionString });
  await dba.connect();
});
afterEach(() => dba.query(`alter database ${name} reset all`));
after(async () => {
  await dba?.end();
  await own?.close();
});

const session = async () =>
  (await own.database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;

const raising = (state: string) =>
  onConnection(own.database, async (client) => {
    await client.query('begin');
    await client.query(`do $$ begin raise exception using errcode = '${state}'; end $$`).catch(() => {});
    await client.query('rollback');
  });

for (const state of [
  '25006',
  '25001',
  '26000',
  '42P05',
  '0A000',
  '42501',
  '42P01',
  '3F000',
  '08P01',
  '57P01',
]) {
  test(`a session that met ${state} is not lent again, even when its borrower said nothing`, async () => {
    const before = await session();
    await raising(state);
    assert.notEqual(await session(), before);
  });
}

for (const state of ['23505', '40001', '40P01', '55P03', '57014', '22P05', '53100', 'P0001']) {
  test(`a session that met ${state} is as good as before`, async () => {
    const before = await session();
    await raising(state);
    assert.equal(await session(), before);
  });
}

test('a session with a transaction that nobody ended is not lent again', async () => {
  const before = await session();
  await onConnection(own.database, (client) => client.query('begin'));
  assert.notEqual(await session(), before);
});

test('a session that began read-only goes on reading for a second, and is replaced by one that can write', async () => {
  const isReadOnly = async () =>
    (
      await own.database.pool.query<{ it: boolean; pid: number }>(
        `select current_setting('transaction_read_only') = 'on' as it, pg_backend_pid() as pid`,
      )
    ).rows[0]!;
  await dba.query(`alter database ${name} set default_transaction_read_only = on`);
  await dba.query(`select pg_terminate_backend($1)`, [await session()]);
  const first = await eventually(async () => {
    const found = await isReadOnly();
    assert.equal(found.it, true);
    return found;
  });
  assert.equal((await isReadOnly()).pid, first.pid);
  await dba.query(`alter database ${name} reset default_transaction_read_only`);
  await eventually(async () => assert.equal((await isReadOnly()).it, false), 5_000);
});
