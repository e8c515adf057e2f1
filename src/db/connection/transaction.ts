import { drizzle } from 'drizzle-orm/node-postgres';
import type { Database, Tx } from './database.ts';
import { onConnection } from './on-connection.ts';
import * as schema from '../schema.ts';

/**
 * Runs `work` in a transaction and returns what it returned, after the commit. Any error rolls back and is thrown on.
 *
 * Not drizzle's own `db.transaction`: that one never gives the connection back when `begin` fails, and while it works nobody
 * listens to the connection's errors.
 */
export async function inTransaction<T>(
  database: Pick<Database, 'pool'>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return await onConnection(database, (client) => drizzle(client, { schema }).transaction(work));
}
