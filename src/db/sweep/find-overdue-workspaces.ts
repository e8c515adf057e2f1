import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { IS_PAUSED } from '../workspaces/lock-workspace.ts';

export interface OverdueWorkspace {
  readonly id: string;
  /** Wakes by earlier sweeps that no reconcile has followed. */
  readonly sweepWakes: number;
  /** As Postgres writes it, to the microsecond; null before the first reconcile. */
  readonly reconciledAt: string | null;
}

/** A workspace where all that was admitted runs has no slot to hand over; only a lost close is missed by it. */
const RUNNING_ONLY_FACTOR = 10;

/**
 * Workspaces with work whose last reconcile is older than the interval and that the sweep is not backing off from, by id. Ten times the
 * interval when nothing waits for a gate: no pending row that a gate may admit, none that was claimed and not started (by a gate that died in between), no
 * cancellation or termination to deliver. Whether their gate seems healthy plays no part.
 *
 * The read of running rows is one row in order, and not `exists`, for which all executions may be read at once.
 */
export async function findOverdueWorkspaces(
  db: Db,
  options: { after: string | null; intervalSeconds: number; limit: number },
): Promise<OverdueWorkspace[]> {
  const { rows } = await db.execute<{ id: string; sweep_wakes: number; reconciled_at: string | null }>(sql`
    select id, sweep_wakes, reconciled_at::text from workspaces
    where has_work and id > ${options.after ?? ''}
      and coalesce(reconciled_at, created_at) < clock_timestamp()
        - make_interval(secs => ${options.intervalSeconds} * case when pending > 0 and not ${sql.raw(IS_PAUSED)} or (
            select true from executions e where e.workspace_id = workspaces.id and e.status = 'running'
              and (e.run_id is null or e.cancel_requested_at is not null and e.cancel_delivered_at is null
                or e.terminate_requested_at is not null and e.terminate_delivered_at is null)
            order by e.seq limit 1
          ) then 1 else ${RUNNING_ONLY_FACTOR} end)
      and (sweep_after is null or sweep_after < clock_timestamp())
    order by id limit ${options.limit}`);
  return rows.map((row) => ({
    id: row.id,
    sweepWakes: row.sweep_wakes,
    reconciledAt: row.reconciled_at,
  }));
}
