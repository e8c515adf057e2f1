import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { openDatabase } from '../../src/db/connection/database.ts';
import { NoSessionError } from '../../src/db/connection/no-session.ts';
import { onConnection } from '../../src/db/connection/on-connection.ts';
import { SessionPool } from '../../src/db/connection/session-pool.ts';
import { isDatabaseUnavailable } from '../../src/db/connection/unavailable.ts';
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

test('a session that is terminated between two statements is unavailable to the next one, also before its connection has ended', async () => {
  await onConnection(own.database, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await client.query('begin');
    const next = new Promise((resolve, reject) => {
      client.once('error', () => void client.query('select 1').then(resolve, reject));
    });
    // Before the session can end.
    const refused = assert.rejects(next, isNoSession);
    await dba.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    await refused;
  });
});

/** A message of Postgres's protocol. */
function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + Buffer.byteLength(body, 'latin1'), 1);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
}

const GREETING = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I')]);
const FAREWELL = message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0');

const ANSWERS: { what: string; onQuery: (socket: Socket) => void }[] = [
  { what: 'hangs up at a query without a word', onQuery: (socket) => socket.destroy() },
  { what: 'falls silent at a query', onQuery: () => {} },
];
for (const { what, onQuery } of ANSWERS) {
  test(`a server that ${what} is unavailable, by promise, callback and drizzle`, async () => {
    const server = await startServer((socket) => {
      socket.once('data', () => {
        socket.once('data', () => onQuery(socket));
        socket.write(GREETING);
      });
    });
    const pool = new SessionPool({ connectionString: server.url, query_timeout: 100, pipeline: true });
    pool.on('error', () => {});
    try {
      await assert.rejects(pool.query('select 1'), isNoSession);
      await assert.rejects(
        onConnection({ pool }, (client) => client.query('select 1')),
        isNoSession,
      );
      await assert.rejects(drizzle(pool).execute('select 1'), isNoSession);
    } finally {
      await pool.end();
      server.close();
    }
  });
}

test('a server that does not greet in time, and a pool that has no place free in time, are unavailable', async () => {
  const server = await startServer(() => {});
  const pool = new SessionPool({ connectionString: server.url, connectionTimeoutMillis: 100 });
  try {
    await assert.rejects(pool.query('select 1'), isNoSession);
    await pool.end();
    await assert.rejects(pool.query('select 1'), isNoSession);
  } finally {
    server.close();
  }
  const { connectionString } = own.database.pool.options;
  const small = new SessionPool({
    connectionString: connectionString!,
    max: 1,
    // Long enough for the session that is lent first, on a busy machine.
    connectionTimeoutMillis: 2_000,
  });
  const client = await small.connect();
  try {
    await assert.rejects(small.query('select 1'), isNoSession);
  } finally {
    client.release();
    await small.end();
  }
});

test('a query that is wrong in itself is no sign of a server that is unavailable', async () => {
  const wrong = own.database.pool.query('select $1', 'not a list' as never);
  await assert.rejects(wrong, (error) => !isDatabaseUnavailable(error));
  assert.equal((await own.database.pool.query('select 1')).rowCount, 1);
});

function isNoSession(error: unknown): boolean {
  assert.ok(isDatabaseUnavailable(error), String(error));
  const found = error instanceof DrizzleQueryError ? error.cause : error;
  assert.ok(found instanceof NoSessionError, String(found));
  return true;
}

test('a server whose greeting and farewell come in one packet, as after it stood still, fails a query and not the process', async () => {
  const server = await startServer((socket) => {
    socket.once('data', () => socket.end(Buffer.concat([GREETING, FAREWELL])));
  });
  const database = openDatabase({
    url: server.url,
    poolSize: 2,
    applicationName: 'test',
    onError: () => {},
  });
  try {
    await assert.rejects(database.pool.query('select 1'));
    await assert.rejects(onConnection(database, (client) => client.query('select 1')));
    await assert.rejects(database.db.execute('select 1'));
  } finally {
    await database.close();
    server.close();
  }
});

/** Something that is taken for a Postgres, as far as it speaks. */
async function startServer(onSocket: (socket: Socket) => void): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/d`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
