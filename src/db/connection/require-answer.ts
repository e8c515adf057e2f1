import type { Database } from './database.ts';

/** Rejects with what the pool says when Postgres does not answer. Asks nothing about its tables. */
export async function requireAnswer({ pool }: Pick<Database, 'pool'>): Promise<void> {
  await pool.query('select 1');
}
