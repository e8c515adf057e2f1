import { sql } from 'drizzle-orm';
import type { BulkActKind, BulkFilter } from '../../domain/bulk/bulk-act.ts';
import type { Db } from '../connection/database.ts';
import { executionFilterOf } from './bulk-act-row.ts';
import type { BulkScope } from './scan-matching.ts';

/** For so long a part is its process's own; every chunk begins it anew. A process that is slower than that does nothing twice, only in vain. */
export const LEASE_SECONDS = 30;

/** What is left of an act in one workspace. */
export interface BulkPart extends BulkScope {
  readonly actId: string;
  readonly workspaceId: string;
  /** The last execution that it has come to. */
  readonly afterId: string;
  /** The id of the key that asked for the act. */
  readonly by: string | null;
}

/** Takes the part whose turn it has been for longest; null when it is nobody's. */
export async function takePart(db: Db): Promise<BulkPart | null> {
  const { rows } = await db.execute<{
    act_id: string;
    workspace_id: string;
    after_id: string;
    act: BulkActKind;
    filter: BulkFilter;
    by: string | null;
    accepted_at: string;
  }>(sql`
    with next as (
      select act_id, workspace_id from bulk_act_parts
      where ended_at is null and due_at <= statement_timestamp()
      order by due_at limit 1 for update skip locked)
    update bulk_act_parts p set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    from next, bulk_acts a
    where p.act_id = next.act_id and p.workspace_id = next.workspace_id and a.id = p.act_id
    returning p.act_id, p.workspace_id, p.after_id, a.act, a.filter, a.by, a.accepted_at`);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    actId: row.act_id,
    workspaceId: row.workspace_id,
    afterId: row.after_id,
    act: row.act,
    filter: executionFilterOf(row.workspace_id, row.filter),
    acceptedAt: new Date(row.accepted_at),
    by: row.by,
  };
}

/** Lets others take a part, which is its turn again after so long. */
export async function leavePart(
  db: Db,
  { actId, workspaceId }: BulkPart,
  { afterMs, waitsForRoom = false }: { afterMs: number; waitsForRoom?: boolean },
): Promise<void> {
  await db.execute(sql`
    update bulk_act_parts set due_at = clock_timestamp() + make_interval(secs => ${afterMs / 1_000}), waits_for_room = ${waitsForRoom}
    where act_id = ${actId} and workspace_id = ${workspaceId} and ended_at is null`);
}
