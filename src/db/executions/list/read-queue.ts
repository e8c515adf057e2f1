import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { executions } from '../../schema.ts';
import { findWorkspace } from '../../workspaces/find-workspace.ts';
import { type ExecutionSummaryRow, LIVE_COLUMNS } from '../execution-row.ts';

/** So many are counted before a page of the queue; further behind, no position is told. */
const COUNT_MAX = 10_000;

export interface QueuedRow extends ExecutionSummaryRow {
  /** 1 is next; null beyond the first ten thousand. */
  readonly position: number | null;
}

interface QueuePlace {
  readonly workspaceId: string;
  /** 0 for the front of the queue. */
  readonly afterSeq: number;
}

// Written out, as in find-execution.ts, and without a join, which would look the workspace up for each row. What was claimed lies before
// `claimed_through_seq`, and costs nothing.
const queuedIn = (
  workspaceId: string,
) => sql`executions.workspace_id = ${workspaceId} and executions.status = 'pending'
  and executions.seq > (select claimed_through_seq from workspaces where workspaces.id = ${workspaceId})`;

/**
 * A workspace's queue in its order: what is pending after that number, with its place.
 *
 * @throws WorkspaceNotFoundError
 */
export async function readQueue(
  db: Db,
  { limit, ...place }: QueuePlace & { limit: number },
): Promise<QueuedRow[]> {
  const { workspaceId, afterSeq } = place;
  const ahead = afterSeq === 0 ? 0 : await countUpTo(db, place);
  const rows = await db
    .select(LIVE_COLUMNS)
    .from(executions)
    .where(sql`${queuedIn(workspaceId)} and executions.seq > ${afterSeq}::bigint`)
    .orderBy(sql`executions.seq`)
    .limit(limit);
  if (rows.length === 0) await findWorkspace(db, workspaceId);
  return rows.map((row, index) => ({
    ...(row as unknown as ExecutionSummaryRow),
    position: ahead < COUNT_MAX ? ahead + index + 1 : null,
  }));
}

/** In the order of the index, so that it stops at the bound. */
async function countUpTo(db: Db, { workspaceId, afterSeq }: QueuePlace): Promise<number> {
  const { rows } = await db.execute<{ ahead: number }>(sql`
    select count(*)::integer as ahead from (
      select 1 from executions where ${queuedIn(workspaceId)} and executions.seq <= ${afterSeq}::bigint
      order by executions.seq limit (select ${sql.raw(String(COUNT_MAX))})) as counted`);
  return rows[0]!.ahead;
}
