import { sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { ExecutionNotEndedError } from '../../domain/refusals.ts';
import { isTerminal } from '../../domain/status.ts';
import type { Db } from '../connection/database.ts';
import { findExecution } from './find-execution.ts';

export interface PayloadsDeleted {
  /** The id as the database has it. */
  readonly executionId: string;
  /** When that was asked for the first time. */
  readonly deletedAt: Date;
  /** Whether there ever was a workflow. */
  readonly wasAdmitted: boolean;
}

/**
 * Deletes the input and the result of an execution that has ended, and the message of its failure, which may quote them. What it is, when it
 * was and its key stay. A repeat changes nothing.
 *
 * It writes no status, and nothing that a gate or an enqueue decides by: the lock of the ended row is enough, and no request of the
 * workspace waits for it.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError, ExecutionNotEndedError
 */
export async function deletePayloads(
  db: Db,
  workspaceId: string,
  executionId: string,
): Promise<PayloadsDeleted> {
  for (;;) {
    const deleted = isUuid(executionId) ? await deleteFromEnded(db, workspaceId, executionId) : undefined;
    if (deleted !== undefined) return deleted;
    const { execution } = await findExecution(db, workspaceId, executionId);
    if (!isTerminal(execution.status)) throw new ExecutionNotEndedError(execution.id, execution.status);
    // It ended in between.
  }
}

/** By the id itself in both tables: a join may be planned through all payloads there are. */
async function deleteFromEnded(
  db: Db,
  workspaceId: string,
  executionId: string,
): Promise<PayloadsDeleted | undefined> {
  const { rows } = await db.execute<{ id: string; deletedAt: Date | string; wasAdmitted: boolean }>(sql`
    with ended as (
      update ended_executions
      set payloads_deleted_at = coalesce(payloads_deleted_at, clock_timestamp()), failure_message = null
      where id = ${executionId} and workspace_id = ${workspaceId}
      returning id, payloads_deleted_at, admitted_at),
    gone as (
      delete from payloads where execution_id = ${executionId} and exists (select from ended))
    select id, payloads_deleted_at as "deletedAt", admitted_at is not null as "wasAdmitted" from ended`);
  const [row] = rows;
  if (row === undefined) return undefined;
  return { executionId: row.id, deletedAt: new Date(row.deletedAt), wasAdmitted: row.wasAdmitted };
}
