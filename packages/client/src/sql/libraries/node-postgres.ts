import { numberedText } from '../statement.ts';
import { hasMethod, type Library, rowsOf } from './library.ts';

/** A Client of node-postgres, or one of its Pool, on which the caller has begun a transaction. */
export interface NodePostgresClient {
  query(text: string, values: never): PromiseLike<{ readonly rows: readonly unknown[] }>;
  /** A Pool has it: each of its queries may go to another connection. */
  readonly totalCount?: never;
}

interface Client {
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  /** Since 8.19: what the server said last, I for "idle". */
  getTransactionStatus?(): string | null;
  /** False while a query is under way. */
  readonly readyForQuery?: boolean;
}

export const nodePostgres: Library = {
  knows: (tx) => hasMethod(tx, 'query'),
  problemOf(tx) {
    if ('totalCount' in tx)
      return 'This is a Pool of node-postgres, and each of its queries may go to another connection. Begin a transaction on a client, from pool.connect(), and give that.';
    const client = tx as Client;
    // While a query is under way it may be the BEGIN.
    if (client.readyForQuery !== false && client.getTransactionStatus?.() === 'I')
      return "No transaction has begun on this client of node-postgres: await client.query('begin') first.";
    return null;
  },
  ask: async (tx, statement) => rowsOf(await (tx as Client).query(numberedText(statement), statement.values)),
};
