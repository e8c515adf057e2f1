import type pg from 'pg';
import type { Statement } from './pipelined-transaction.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

/** Sends statements of an open transaction in one round trip. Gives the rows of each when all have succeeded; else throws the error of the first that failed. */
export async function sendTogether(
  client: pg.PoolClient,
  statements: readonly (Statement | string)[],
): Promise<unknown[][]> {
  const answers = await Promise.allSettled(
    statements.map((one) =>
      client.query(typeof one === 'string' ? one : { ...one, values: [...one.values] }),
    ),
  );
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value.rows;
  });
}

/** Runs the statements of a transaction on a lent connection. An error rolls it back and is thrown on. */
export async function orRollBack<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // After the other errors the connection is checked, and rolled back, where it is given back.
    if (!isDatabaseUnavailable(error)) await client.query('rollback');
    throw error;
  }
}
