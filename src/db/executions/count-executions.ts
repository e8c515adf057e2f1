import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Executions that have not ended, in the whole installation. */
interface ExecutionCounts {
  readonly pending: number;
  readonly running: number;
}

/** By the rows themselves. */
export async function countExecutions(db: Db): Promise<ExecutionCounts> {
  const { rows } = await db.execute<{ pending: number; running: number }>(sql`
    select count(*) filter (where status = 'running')::integer as running,
      count(*) filter (where status = 'pending')::integer as pending
    from executions where status in ('running', 'pending')`);
  return rows[0]!;
}
