import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

export interface OverdueWorkspace {
  readonly id: string;
  /** Wakes by earlier sweeps that no reconcile has followed. */
  readonly sweepWakes: number;
}

/** A workspace with nothing pending has no slot to hand over; only a lost close is missed by it. */
const RUNNING_ONLY_FACTOR = 10;

/**
 * Workspaces with work whose last reconcile is older than the interval (ten times that when nothing is pending) and that the
 * sweep is not backing off from, by id. Whether their gate looks healthy plays no part.
 */
export async function findOverdueWorkspaces(
  db: Db,
  options: { after: string | null; intervalSeconds: number; limit: number },
): Promise<OverdueWorkspace[]> {
  const { rows } = await db.execute<{ id: string; sweep_wakes: number }>(sql`
    select id, sweep_wakes from workspaces
    where (pending > 0 or running > 0) and id > ${options.after ?? ''}
      and coalesce(reconciled_at, created_at) < clock_timestamp()
        - make_interval(secs => ${options.intervalSeconds} * case when pending > 0 then 1 else ${RUNNING_ONLY_FACTOR} end)
      and (sweep_after is null or sweep_after < clock_timestamp())
    order by id limit ${options.limit}`);
  return rows.map((row) => ({ id: row.id, sweepWakes: row.sweep_wakes }));
}
