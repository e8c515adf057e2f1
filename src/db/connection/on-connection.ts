import type pg from 'pg';
import type { Database } from './database.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

/**
 * Lends a connection of the pool to `work`, listens to its errors meanwhile, so that a Postgres that restarts does not end the process,
 * and throws it away when it is of no more use. What `work` throws is thrown on.
 */
export async function onConnection<T>(
  database: Pick<Database, 'pool'>,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    return await work(client);
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
