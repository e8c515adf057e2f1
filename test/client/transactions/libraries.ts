import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle as drizzleNodePostgres } from 'drizzle-orm/node-postgres';
import { pgTable, serial, text } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import knexOf, { type Knex } from 'knex';
import { type Generated, Kysely, PostgresDialect, sql as kyselySql, type Transaction as Trx } from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import type { CallerTransaction, Library } from './library.ts';

const orders = pgTable('orders', { id: serial('id').primaryKey(), title: text('title').notNull() });

interface Tables {
  orders: { id: Generated<number>; title: string };
}

const SILENT = { onnotice: () => {} };

const nodePostgres: Library = {
  name: 'node-postgres',
  open(databaseUrl) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    const idle = new pg.Client({ connectionString: databaseUrl });
    const connected = idle.connect();
    const of = (client: pg.PoolClient): CallerTransaction => ({
      tx: client,
      insertOrder: (title) => client.query('insert into orders (title) values ($1)', [title]),
      savepoint: (work) => bySavepoint((line) => client.query(line), work, of(client)),
    });
    return {
      async transaction(work) {
        await connected;
        const client = await pool.connect();
        try {
          await client.query('begin');
          const worked = await work(of(client));
          await client.query('commit');
          return worked;
        } catch (error) {
          await client.query('rollback');
          throw error;
        } finally {
          client.release();
        }
      },
      noTransactions: [pool, idle],
      async close() {
        await idle.end();
        await pool.end();
      },
    };
  },
};

const drizzleOnNodePostgres: Library = {
  name: 'Drizzle on node-postgres',
  open(databaseUrl) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    const db = drizzleNodePostgres(pool);
    type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0];
    const of = (tx: Tx): CallerTransaction => ({
      tx,
      insertOrder: (title) => tx.insert(orders).values({ title }),
      savepoint: (work) => tx.transaction((inner) => work(of(inner))),
    });
    return {
      transaction: (work) => db.transaction((tx) => work(of(tx))),
      noTransactions: [db, pool],
      close: () => pool.end(),
    };
  },
};

const drizzleOnPostgresJs: Library = {
  name: 'Drizzle on postgres.js',
  open(databaseUrl) {
    const client = postgres(databaseUrl, { max: 2, ...SILENT });
    const db = drizzlePostgresJs(client);
    type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0];
    const of = (tx: Tx): CallerTransaction => ({
      tx,
      insertOrder: (title) => tx.execute(drizzleSql`insert into orders (title) values (${title})`),
      savepoint: (work) => tx.transaction((inner) => work(of(inner))),
    });
    return {
      transaction: (work) => db.transaction((tx) => work(of(tx))),
      noTransactions: [db],
      close: () => client.end(),
    };
  },
};

function openKysely(databaseUrl: string): Kysely<Tables> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

function ofKysely(trx: Trx<Tables>): CallerTransaction {
  return {
    tx: trx,
    insertOrder: (title) => trx.insertInto('orders').values({ title }).execute(),
    savepoint: (work) => bySavepoint((line) => kyselySql.raw(line).execute(trx), work, ofKysely(trx)),
  };
}

const kysely: Library = {
  name: 'Kysely',
  open(databaseUrl) {
    const db = openKysely(databaseUrl);
    return {
      transaction: (work) => db.transaction().execute((trx) => work(ofKysely(trx))),
      noTransactions: [db],
      close: () => db.destroy(),
    };
  },
};

const kyselyControlled: Library = {
  name: "Kysely's controlled transaction",
  open(databaseUrl) {
    const db = openKysely(databaseUrl);
    return {
      async transaction(work) {
        const trx = await db.startTransaction().execute();
        try {
          const worked = await work({
            ...ofKysely(trx),
            async savepoint(inner) {
              const saved = await trx.savepoint('before').execute();
              try {
                return await inner(ofKysely(saved));
              } catch (error) {
                await saved.rollbackToSavepoint('before').execute();
                throw error;
              }
            },
          });
          await trx.commit().execute();
          return worked;
        } catch (error) {
          await trx.rollback().execute();
          throw error;
        }
      },
      noTransactions: [db],
      close: () => db.destroy(),
    };
  },
};

const knex: Library = {
  name: 'Knex',
  open(databaseUrl) {
    const db = knexOf({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 2 } });
    const of = (trx: Knex.Transaction): CallerTransaction => ({
      tx: trx,
      insertOrder: (title) => trx('orders').insert({ title }).then(),
      savepoint: (work) => trx.transaction((inner) => work(of(inner))),
    });
    return {
      transaction: (work) => db.transaction((trx) => work(of(trx))),
      noTransactions: [db],
      close: () => db.destroy(),
    };
  },
};

const postgresJs: Library = {
  name: 'postgres.js',
  open(databaseUrl) {
    const db = postgres(databaseUrl, { max: 2, ...SILENT });
    const of = (sql: postgres.TransactionSql): CallerTransaction => ({
      tx: sql,
      insertOrder: (title) => sql`insert into orders (title) values (${title})`,
      savepoint: <T>(work: (inner: CallerTransaction) => Promise<T>) =>
        sql.savepoint((inner) => work(of(inner))) as Promise<T>,
    });
    return {
      transaction: <T>(work: (tx: CallerTransaction) => Promise<T>) =>
        db.begin((sql) => work(of(sql))) as Promise<T>,
      noTransactions: [db],
      close: () => db.end(),
    };
  },
};

/** For a library that leaves savepoints to SQL. */
async function bySavepoint<T>(
  run: (text: string) => Promise<unknown>,
  work: (inner: CallerTransaction) => Promise<T>,
  tx: CallerTransaction,
): Promise<T> {
  await run('savepoint before');
  try {
    return await work(tx);
  } catch (error) {
    await run('rollback to savepoint before');
    throw error;
  }
}

export const LIBRARIES: readonly Library[] = [
  nodePostgres,
  drizzleOnNodePostgres,
  drizzleOnPostgresJs,
  kysely,
  kyselyControlled,
  knex,
  postgresJs,
];
