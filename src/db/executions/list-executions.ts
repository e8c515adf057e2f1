import { and, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { type Status, isTerminal } from '../../domain/status.ts';
import type { Db } from '../connection/database.ts';
import { findWorkspace } from '../workspaces/find-workspace.ts';
import { endedExecutions, executions } from '../schema.ts';
import { ENDED_COLUMNS, type ExecutionSummaryRow, LIVE_COLUMNS } from './execution-row.ts';

export interface ExecutionPage {
  /** Only executions older than this one; null from the newest on. */
  readonly beforeSeq: number | null;
  readonly status: Status | null;
  readonly limit: number;
}

/**
 * At most `limit` executions of a workspace, live and ended, newest first.
 *
 * @throws WorkspaceNotFoundError
 */
export async function listExecutions(
  db: Db,
  workspaceId: string,
  page: ExecutionPage,
): Promise<ExecutionSummaryRow[]> {
  const rows = await newestOf(db, workspaceId, page);
  if (rows.length === 0) await findWorkspace(db, workspaceId);
  return rows;
}

/** Each table gives its newest in the order of an index, and the newest of both are the page. A status is in one of them alone. */
async function newestOf(db: Db, workspaceId: string, page: ExecutionPage): Promise<ExecutionSummaryRow[]> {
  const { status, limit } = page;
  const ended = db
    .select(ENDED_COLUMNS)
    .from(endedExecutions)
    .where(and(eq(endedExecutions.workspaceId, workspaceId), ...restrictionsOf(endedExecutions, page)))
    .orderBy(...(status === null ? [] : [desc(endedExecutions.status)]), desc(endedExecutions.seq))
    .limit(limit);
  const name = `list-executions-${status ?? 'all'}-${page.beforeSeq === null ? 'newest' : 'older'}`;
  if (status !== null && isTerminal(status)) return await ended.prepare(name).execute();
  const live = db
    .select(LIVE_COLUMNS)
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), ...restrictionsOf(executions, page)))
    .orderBy(desc(executions.seq))
    .limit(limit) as unknown as typeof ended;
  if (status !== null) return await live.prepare(name).execute();
  return await unionAll(ended, live)
    .orderBy(sql`seq desc`)
    .limit(limit)
    .prepare(name)
    .execute();
}

/**
 * A status before the end is written out, so that the index of such executions serves whatever statistics say. A status after the end is
 * a range in the order of the index by status and seq. As an equation it could also be answered by the index of seq, through all rows of
 * other statuses, and is when statistics are old.
 */
function restrictionsOf(
  table: typeof executions | typeof endedExecutions,
  { status, beforeSeq }: ExecutionPage,
): SQL[] {
  const older = beforeSeq === null ? [] : [lt(table.seq, beforeSeq)];
  if (status === null) return older;
  if (!isTerminal(status)) return [sql`${table.status} = ${sql.raw(`'${status}'`)}`, ...older];
  const before = beforeSeq ?? Number.MAX_SAFE_INTEGER;
  return [
    sql`(${table.status}, ${table.seq}) < (${status}::execution_status, ${before}::bigint)`,
    sql`${table.status} >= ${status}::execution_status`,
  ];
}
