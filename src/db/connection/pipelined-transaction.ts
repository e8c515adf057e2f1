import type pg from 'pg';
import type { Database } from './database.ts';
import { onConnection } from './on-connection.ts';

/** One statement, prepared once a connection under its name, which stands for this very text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Begins a transaction whose statements read by index alone. Their plans are kept with the connection, and a plan that was made while a table
 * was small would read all of it when it has grown. Nor are they compiled: up to version 17 of Postgres a plan with a forbidden step in it seems to cost
 * so much that each run would be. And they are planned once: Postgres would plan the first five runs of each connection anew, and over partitions
 * that takes longer than the run, so handoffs after a start were late.
 */
export const BEGIN =
  'begin; set local enable_seqscan = off; set local jit = off; set local plan_cache_mode = force_generic_plan';

/**
 * Runs statements in one transaction, all of them sent at once with its beginning and its end: one round trip, however many they are. So none may
 * depend on another's answer except through the database. Returns their rows, in order, after the commit; when one fails nothing is
 * written, and its error is thrown.
 *
 * Should `begin` itself fail, those behind it run each by itself. So each must change nothing unless a setting says so that one of them has made
 * and that ends with the transaction.
 */
export async function inPipelinedTransaction(
  database: Pick<Database, 'pool'>,
  statements: readonly Statement[],
): Promise<Record<string, unknown>[][]> {
  return await onConnection(database, async (client) => {
    const begun = client.query<Record<string, unknown>>(BEGIN);
    const sent = statements.map(({ name, text, values }) =>
      client.query<Record<string, unknown>>({ name, text, values: [...values] }),
    );
    const answers = await Promise.allSettled([begun, ...sent, client.query('commit')]);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
    return (answers as PromiseFulfilledResult<pg.QueryResult<Record<string, unknown>>>[])
      .slice(1, -1)
      .map(({ value }) => value.rows);
  });
}
