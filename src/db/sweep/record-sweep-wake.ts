import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import type { OverdueWorkspace } from './find-overdue-workspaces.ts';

/** The longest back-off is 2^6 intervals: half an hour at the default interval. */
const BACK_OFF_MAX_EXPONENT = 6;

/**
 * Counts a wake by the sweep and postpones the next. The first two wakes follow at the sweep's own pace, and not within half an interval,
 * so that no second attempt of one sweep counts again; from the third on, each waits twice as long, so that a slow Postgres does not
 * become terminate, adopt, slow again. A reconcile clears both.
 *
 * @returns false, with nothing written, when the workspace was reconciled or counted since it was read
 */
export async function recordSweepWake(
  db: Db,
  { id, sweepWakes, reconciledAt }: OverdueWorkspace,
  options: { intervalSeconds: number },
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update workspaces
    set sweep_wakes = sweep_wakes + 1,
        sweep_after = clock_timestamp() + make_interval(secs => ${options.intervalSeconds} * case when sweep_wakes < 2 then 0.5
          else 2 ^ least(sweep_wakes - 1, ${BACK_OFF_MAX_EXPONENT}) end)
    where id = ${id} and sweep_wakes = ${sweepWakes} and reconciled_at is not distinct from ${reconciledAt}::timestamptz`);
  return rowCount === 1;
}
