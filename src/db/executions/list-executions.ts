import { and, desc, eq, getTableColumns, lt, sql, type SQL } from 'drizzle-orm';
import { type Status, isTerminal } from '../../domain/status.ts';
import type { Db } from '../connection/database.ts';
import { findWorkspace } from '../workspaces/find-workspace.ts';
import { type ExecutionRow, executions } from '../schema.ts';

/** An execution without its payloads: a page of them must stay small. */
export type ExecutionSummaryRow = Omit<ExecutionRow, 'input' | 'result'>;

export interface ExecutionPage {
  /** Only executions older than this one; null from the newest on. */
  readonly beforeSeq: number | null;
  readonly status: Status | null;
  readonly limit: number;
}

const { input: _input, result: _result, ...summaryColumns } = getTableColumns(executions);

/**
 * At most `limit` executions of a workspace, newest first.
 *
 * @throws WorkspaceNotFoundError
 */
export async function listExecutions(
  db: Db,
  workspaceId: string,
  page: ExecutionPage,
): Promise<ExecutionSummaryRow[]> {
  const rows = await db
    .select(summaryColumns)
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), ...restrictionsOf(page)))
    .orderBy(...(inOrderOfStatus(page.status) ? [desc(executions.status)] : []), desc(executions.seq))
    .limit(page.limit);
  if (rows.length === 0) await findWorkspace(db, workspaceId);
  return rows;
}

/** Executions that have not ended have an index of their own, in order of seq. */
function inOrderOfStatus(status: Status | null): boolean {
  return status !== null && isTerminal(status);
}

/**
 * A status before the end is written out, so that the index of such executions serves whatever statistics say. A status after the end is
 * a range in the order of the index by status and seq. As an equation it could also be answered by the index of seq, through all rows of
 * other statuses, and is when statistics are old.
 */
function restrictionsOf({ status, beforeSeq }: ExecutionPage): SQL[] {
  const older = beforeSeq === null ? [] : [lt(executions.seq, beforeSeq)];
  if (status === null) return older;
  if (!isTerminal(status)) return [sql`${executions.status} = ${sql.raw(`'${status}'`)}`, ...older];
  const before = beforeSeq ?? Number.MAX_SAFE_INTEGER;
  return [
    sql`(${executions.status}, ${executions.seq}) < (${status}::execution_status, ${before}::bigint)`,
    sql`${executions.status} >= ${status}::execution_status`,
  ];
}
