import type { Database } from '../../connection/database.ts';
import { inPipelinedTransaction, type Statement } from '../../connection/pipelined-transaction.ts';

/**
 * Each statement is made for one index, which has its rows in its order. Statistics that are old, or do not know a workspace, make other ways look
 * cheaper: to gather all rows of a condition and sort them, or to sort within the order of an index of fewer columns.
 */
const BY_ONE_INDEX: Statement = {
  name: 'plan-by-one-index',
  text: `select ${['bitmapscan', 'sort', 'incremental_sort'].map((way) => `set_config('enable_${way}', 'off', true)`).join(', ')}`,
  values: [],
};

/** Runs a read in a transaction that forbids the planner other ways than by the index that it is written for. */
export async function readByOneIndex<Row>(database: Database, statement: Statement): Promise<Row[]> {
  const [, rows] = await inPipelinedTransaction(database, [BY_ONE_INDEX, statement]);
  return rows as Row[];
}
