import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { type BulkPart, LEASE_SECONDS } from './take-part.ts';

/** What became of some executions of a part. */
export interface PartCounts {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Why one of them failed. */
  readonly lastFailure: string | null;
}

/**
 * Moves a part's cursor and adds to its counts, and begins its lease anew. Returns false when it does not stand where it was taken: another process has
 * carried it on, and has counted.
 */
export async function movePart(
  db: Db,
  { actId, workspaceId, afterId }: BulkPart,
  to: PartCounts & { readonly afterId: string; readonly isLast: boolean },
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    update bulk_act_parts set after_id = ${to.afterId}, done = done + ${to.done}, skipped = skipped + ${to.skipped},
      failed = failed + ${to.failed}, last_failure = coalesce(${to.lastFailure}::text, last_failure), waits_for_room = false,
      due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), ended_at = case when ${to.isLast}::boolean then clock_timestamp() end
    where act_id = ${actId} and workspace_id = ${workspaceId} and after_id = ${afterId} and ended_at is null
    returning act_id`);
  return rows.length > 0;
}

/** Ends a part whose workspace is gone: there is nothing left to do in it. */
export async function endPart(db: Db, { actId, workspaceId }: BulkPart): Promise<void> {
  await db.execute(sql`
    update bulk_act_parts set ended_at = clock_timestamp()
    where act_id = ${actId} and workspace_id = ${workspaceId} and ended_at is null`);
}
