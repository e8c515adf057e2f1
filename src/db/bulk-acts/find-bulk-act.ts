import { and, eq, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { BulkActNotFoundError } from '../../domain/bulk/bulk-refusals.ts';
import type { Db } from '../connection/database.ts';
import { bulkActs } from '../schema.ts';
import type { BulkActRow } from './bulk-act-row.ts';

/** How far an act has come, over all its workspaces. */
export interface BulkProgress {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Workspaces in which something is left to do, and those among them whose queue has no room for the next rerun. */
  readonly open: number;
  readonly waiting: number;
  readonly lastFailure: string | null;
  /** Null while something is left to do. */
  readonly endedAt: Date | null;
}

/** @throws BulkActNotFoundError */
export async function findBulkAct(
  db: Db,
  workspaceId: string | null,
  bulkActId: string,
): Promise<{ act: BulkActRow; progress: BulkProgress }> {
  if (!isUuid(bulkActId)) throw new BulkActNotFoundError(bulkActId, workspaceId);
  const ofWorkspace = workspaceId === null ? undefined : eq(bulkActs.workspaceId, workspaceId);
  const [act] = await db
    .select()
    .from(bulkActs)
    .where(and(eq(bulkActs.id, bulkActId), ofWorkspace));
  if (act === undefined) throw new BulkActNotFoundError(bulkActId, workspaceId);
  return { act, progress: await readProgress(db, act) };
}

export async function readProgress(db: Db, { id, acceptedAt }: BulkActRow): Promise<BulkProgress> {
  const { rows } = await db.execute<{
    done: number;
    skipped: number;
    failed: number;
    open: number;
    waiting: number;
    last_failure: string | null;
    ended_at: string | null;
  }>(sql`
    select coalesce(sum(done), 0)::integer as done, coalesce(sum(skipped), 0)::integer as skipped,
      coalesce(sum(failed), 0)::integer as failed, (count(*) filter (where ended_at is null))::integer as open,
      (count(*) filter (where ended_at is null and waits_for_room))::integer as waiting,
      max(last_failure) as last_failure, max(ended_at) as ended_at
    from bulk_act_parts where act_id = ${id}`);
  const { last_failure: lastFailure, ended_at: endedAt, ...counts } = rows[0]!;
  const end = endedAt === null ? acceptedAt : new Date(endedAt);
  return { ...counts, lastFailure, endedAt: counts.open > 0 ? null : end };
}
