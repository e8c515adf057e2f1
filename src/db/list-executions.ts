import { and, desc, eq, getTableColumns, lt } from 'drizzle-orm';
import type { Status } from '../domain/status.ts';
import type { Db } from './client.ts';
import type { ExecutionRow } from './find-execution.ts';
import { findWorkspace } from './find-workspace.ts';
import { executions } from './schema.ts';

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
    .where(
      and(
        eq(executions.workspaceId, workspaceId),
        page.status === null ? undefined : eq(executions.status, page.status),
        page.beforeSeq === null ? undefined : lt(executions.seq, page.beforeSeq),
      ),
    )
    .orderBy(desc(executions.seq))
    .limit(page.limit);
  if (rows.length === 0) await findWorkspace(db, workspaceId);
  return rows;
}
