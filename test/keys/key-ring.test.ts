import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { revokeKey } from '../../src/db/keys/revoke-key.ts';
import { ANONYMOUS } from '../../src/domain/keys/rights.ts';
import { createKeyRing, type KeyRing, TRUSTED_MS } from '../../src/keys/key-ring.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertTestKey } from '../support/keys.ts';
import { TcpProxy } from '../support/proxy.ts';

let testDatabase: TestDatabase;
let straight: Database;
let database: Database;
let proxy: TcpProxy;
let ring: KeyRing;
const errors: unknown[] = [];
before(async () => {
  testDatabase = await createTestDatabase();
  proxy = new TcpProxy(new URL(testDatabase.url));
  const open = (url: string) =>
    openDatabase({ url, poolSize: 2, applicationName: 'test', onError: () => {} });
  straight = open(testDatabase.url);
  database = open((await proxy.url()).toString());
  ring = createKeyRing(database.db, null, (error) => void errors.push(error));
});
after(async () => {
  ring.close();
  await database.close();
  await straight.close();
  proxy.close();
  await testDatabase.drop();
});

const never = new AbortController().signal;

async function watched(id: string) {
  const key = await ring.find(id);
  return { key, signal: ring.watch(key!.principal, never) };
}

test('a watch is over once its key is revoked, and once it has expired, and not because Postgres is away', async () => {
  const [stays, revoked] = [await insertTestKey(straight), await insertTestKey(straight)];
  const expires = await insertTestKey(straight, { expiresAt: new Date(Date.now() + TRUSTED_MS + 500) });
  const watches = {
    stays: await watched(stays.id),
    revoked: await watched(revoked.id),
    expires: await watched(expires.id),
  };
  await revokeKey(straight, revoked.id);
  await eventually(() => assert.ok(watches.revoked.signal.aborted), TRUSTED_MS + 2_000);
  await eventually(() => assert.ok(watches.expires.signal.aborted), 2 * TRUSTED_MS + 2_000);
  proxy.cut();
  const before = errors.length;
  await eventually(() => assert.ok(errors.length > before + 5, 'it could not be looked at'), 20_000);
  assert.ok(!watches.stays.signal.aborted);
  proxy.mend();
  await revokeKey(straight, stays.id);
  await eventually(() => assert.ok(watches.stays.signal.aborted), TRUSTED_MS + 5_000);
});

test('whoever needs no key is watched by nobody', () => {
  assert.ok(!ring.watch(ANONYMOUS, never).aborted);
});

test('all that is asked for at one time is read by one statement', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => insertTestKey(straight)));
  let statements = 0;
  const query = database.pool.query.bind(database.pool);
  database.pool.query = ((...args: unknown[]) => {
    statements++;
    return (query as (...args: unknown[]) => unknown)(...args);
  }) as typeof query;
  try {
    const found = await Promise.all([...keys, ...keys].map(async ({ id }) => await ring.find(id)));
    assert.ok(found.every((key) => key !== null));
    assert.equal(statements, 1);
    await Promise.all(keys.map(async ({ id }) => await ring.find(id)));
    assert.equal(statements, 1, 'and not again');
  } finally {
    database.pool.query = query;
  }
});
