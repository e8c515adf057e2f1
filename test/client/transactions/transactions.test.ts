import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drizzle } from 'drizzle-orm/node-postgres';
import knexOf from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import {
  enqueue,
  MalformedJsonError,
  NoSluiceInDatabaseError,
  NotInTransactionError,
  putWorkspace,
  type Transaction,
} from '../../../packages/client/src/sql/index.ts';
import { ExecutionRejectedError } from '../../../packages/client/src/index.ts';
import { createEmptyDatabase } from '../../support/database.ts';
import type { large, nothing } from '../../support/workflows/index.ts';
import { startWorld, type World } from '../../support/world.ts';
import { prepareDatabase, testEach } from './every-library.ts';
import { LIBRARIES } from './libraries.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
  await prepareDatabase(world.config.DATABASE_URL);
});
after(() => world.stop());

testEach(LIBRARIES, () => world);

test('an object with query(text, values) stands for any other library', async () => {
  const workspace = await world.workspace();
  const client = new pg.Client({ connectionString: world.config.DATABASE_URL });
  await client.connect();
  await client.query('begin');
  const tx = { query: (text: string, values: unknown[]) => client.query(text, values) };
  const { id } = await enqueue(tx, 'echo', { workspace, input: 1 });
  await client.query('commit');
  await client.end();
  assert.deepEqual((await world.sluice.executions.get(workspace, id)).input, 1);
  await assert.rejects(
    enqueue({} as Transaction, 'echo', { workspace }),
    /TypeError: .*query\(text, values\)/,
  );
});

test('a BEGIN that is still under way is a transaction, and one that has ended is none', async () => {
  const workspace = await world.workspace();
  const client = new pg.Client({ connectionString: world.config.DATABASE_URL });
  await client.connect();
  const begun = client.query('begin');
  await enqueue(client, 'echo', { workspace });
  await begun;
  await client.query('commit');
  await assert.rejects(enqueue(client, 'echo', { workspace }), NotInTransactionError);
  await client.end();
});

test('of two transactions with one key both give the first execution, and one with other content says why it was rejected', async () => {
  const workspace = await world.workspace();
  const clients = [];
  // One after the other: that is the order in which they have their places.
  for (const input of [1, 1, 2]) {
    const client = new pg.Client({ connectionString: world.config.DATABASE_URL });
    await client.connect();
    await client.query('begin');
    const request = { workspace, input, idempotencyKey: 'order-4711' };
    clients.push({ client, enqueued: await enqueue<typeof large>(client, 'large', request) });
  }
  for (const { client } of clients) {
    await client.query('commit');
    await client.end();
  }
  const [first, second, other] = clients.map(({ enqueued }) => world.sluice.executions.handle(enqueued));
  assert.deepEqual([await first!.result(), await second!.result()], ['x', 'x']);
  assert.equal((await second!.get()).id, (await first!.get()).id);
  await assert.rejects(other!.result(), (error: unknown) => {
    assert.ok(error instanceof ExecutionRejectedError);
    assert.equal(error.failure?.type, 'IdempotencyKeyReused');
    return true;
  });
});

test('times without an offset and parts of seconds are refused before anything is sent', async () => {
  const tx: Transaction = { query: () => assert.fail('It was sent.') };
  const workspace = 'acme';
  for (const startAfter of ['tomorrow', '2026-12-24T18:00:00', '2026-12-24'])
    await assert.rejects(enqueue(tx, 'echo', { workspace, startAfter }), /startAfter .* RFC 3339/);
  await assert.rejects(enqueue(tx, 'echo', { workspace, executionTimeout: 1.5 }), /whole seconds/);
  await assert.rejects(enqueue(tx, (() => async () => {})(), { workspace }), /no name/);
});

test("the message is the database's own, whatever a library puts around it, and shows no value", async () => {
  const told = { message: 'input is not JSON', hint: 'Pass JSON.' };
  const statement = "select sluice.enqueue('acme', 'echo', 'secret', ' as id - ')::text as id";
  const thrown: Record<string, object> = {
    Knex: Object.assign(
      new Error(`${statement} - ${told.message}`),
      { code: '22P02', severity: 'ERROR', ...told },
      {
        message: `${statement} - ${told.message}`,
      },
    ),
    Drizzle: new Error(`Failed query: ${statement}`, {
      cause: Object.assign(new Error(), { code: '22P02', severity: 'ERROR', ...told }),
    }),
    'Prisma with a driver adapter': Object.assign(new Error(statement), {
      code: 'P2010',
      meta: {
        driverAdapterError: {
          cause: { originalCode: '22P02', originalMessage: told.message, hint: told.hint },
        },
      },
    }),
    'Prisma with its engine': Object.assign(new Error(statement), {
      code: 'P2010',
      meta: { code: '22P02', message: `ERROR: ${told.message}` },
    }),
  };
  for (const [library, error] of Object.entries(thrown)) {
    const tx: Transaction = { query: () => Promise.reject(error) };
    await assert.rejects(enqueue(tx, 'echo', { workspace: 'acme' }), (refused: unknown) => {
      assert.ok(refused instanceof MalformedJsonError && refused.cause === error, library);
      assert.match(refused.message, /^input is not JSON(\. Pass JSON\.)?$/);
      return true;
    });
  }
});

test('an error that is no refusal comes as it was thrown', async () => {
  const errors = [
    new Error('connection lost'),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    Object.assign(new Error('serialize'), { code: '40001', severity: 'ERROR' }),
    Object.assign(new Error('conflict'), { code: 'P2034', meta: { modelName: 'Order' } }),
  ];
  for (const error of errors) {
    const tx: Transaction = { query: () => Promise.reject(error) };
    const thrown = await enqueue(tx, 'echo', { workspace: 'acme' }).catch((one: unknown) => one);
    assert.equal(thrown, error);
  }
});

test('a database that is not of Sluice says so', async () => {
  const empty = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await client.query('begin');
  await assert.rejects(enqueue(client, 'echo', { workspace: 'acme' }), (error: unknown) => {
    assert.ok(error instanceof NoSluiceInDatabaseError);
    assert.match(error.message, /sluice migrate/);
    return true;
  });
  await client.end();
  await empty.drop();
});

test('what is not about the request comes as the library throws it: the next statement after an error', async () => {
  const client = new pg.Client({ connectionString: world.config.DATABASE_URL });
  await client.connect();
  await client.query('begin');
  await assert.rejects(putWorkspace(client, 'of nobody', 'pro'));
  await assert.rejects(putWorkspace(client, 'acme', 'pro'), (error: unknown) => {
    assert.ok(error instanceof pg.DatabaseError);
    assert.equal(error.code, '25P02');
    return true;
  });
  await client.end();
});

test('the compiler refuses pools, databases and inputs that the workflow does not take', () => {
  // Never called: it only has to be compiled.
  const calls = (tx: pg.ClientBase, pool: pg.Pool, sql: postgres.Sql) => [
    // @ts-expect-error A pool is no transaction.
    () => enqueue(pool, 'echo', { workspace: 'acme' }),
    // @ts-expect-error Nor is Drizzle's database.
    () => enqueue(drizzle(pool), 'echo', { workspace: 'acme' }),
    // @ts-expect-error Nor Kysely's.
    () => enqueue(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'echo', { workspace: 'acme' }),
    // @ts-expect-error Nor Knex.
    () => enqueue(knexOf({}), 'echo', { workspace: 'acme' }),
    // @ts-expect-error Nor postgres.js.
    () => enqueue(sql, 'echo', { workspace: 'acme' }),
    // @ts-expect-error A number is wanted.
    () => enqueue<typeof large>(tx, 'large', { workspace: 'acme', input: 'three' }),
    // @ts-expect-error There is none.
    () => enqueue<typeof nothing>(tx, 'nothing', { workspace: 'acme', input: 1 }),
    // @ts-expect-error Nobody waits for a slot here.
    () => enqueue(tx, 'echo', { workspace: 'acme', ifBusy: 'reject' }),
    // @ts-expect-error There is no such tier.
    () => putWorkspace(tx, 'acme', 'gold'),
    async () => {
      const enqueued = await enqueue<typeof large>(tx, 'large', { workspace: 'acme', input: 3 });
      const text: string = await world.sluice.executions.handle(enqueued).result();
      // @ts-expect-error It is not there before the commit.
      return [text, enqueued.result];
    },
  ];
  assert.equal(typeof calls, 'function');
});
