import type { ClientBase } from 'pg';

/** Runs `work` in a transaction of a session that the caller has, with no other open in it. Its error is thrown on, and nothing of it is left. */
export async function inTransactionOn<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // A session that cannot roll back is gone, and its transaction with it; the first error says why.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
