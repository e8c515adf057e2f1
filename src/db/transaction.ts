import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Database, Tx } from './client.ts';
import * as schema from './schema.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

/**
 * Runs `work` in a transaction and returns what it returned, after the commit. Any error rolls back and is thrown on.
 *
 * Not drizzle's own `db.transaction`: that one never gives the connection back when `begin` fails, and while it works nobody
 * listens to the connection's errors, so that a Postgres that restarts would end the process.
 */
export async function inTransaction<T>(
  database: Pick<Database, 'pool'>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    return await drizzle(client, { schema }).transaction(work);
  } catch (error) {
    if (isDatabaseUnavailable(error) && !(await isUsable(client))) broken ??= error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** False for a connection that must not be lent again. A lock or statement that ran out of time leaves a good one behind. */
async function isUsable(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
