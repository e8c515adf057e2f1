import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Executions that have not ended, in the whole installation. */
export interface ExecutionCounts {
  readonly pending: number;
  readonly running: number;
}

/** By the workspaces' counters: few rows, the same that the sweep looks at, as last counted. */
export async function lastCountedExecutions(db: Db): Promise<ExecutionCounts> {
  const { rows } = await db.execute<{ pending: string; running: string }>(sql`
    select coalesce(sum(pending), 0) as pending, coalesce(sum(running), 0) as running
    from workspaces where has_work`);
  return { pending: Number(rows[0]!.pending), running: Number(rows[0]!.running) };
}

/** By the rows themselves. */
export async function countExecutions(db: Db): Promise<ExecutionCounts> {
  const { rows } = await db.execute<{ pending: number; running: number }>(sql`
    select count(*) filter (where status = 'running')::integer as running,
      count(*) filter (where status = 'pending')::integer as pending
    from executions where status in ('running', 'pending')`);
  return rows[0]!;
}
