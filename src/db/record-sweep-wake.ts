import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** The longest back-off is 2^6 intervals: half an hour at the default interval. */
const BACK_OFF_MAX_EXPONENT = 6;

/**
 * Counts a wake by the sweep and postpones the next. The first two wakes follow at the sweep's own pace; from the third on, each
 * waits twice as long, so that a slow Postgres does not become terminate, adopt, slow again. A reconcile clears both.
 */
export async function recordSweepWake(
  db: Db,
  workspaceId: string,
  options: { intervalSeconds: number },
): Promise<void> {
  await db.execute(sql`
    update workspaces
    set sweep_wakes = sweep_wakes + 1,
        sweep_after = case when sweep_wakes < 2 then null
          else clock_timestamp() + make_interval(secs => ${options.intervalSeconds} * 2 ^ least(sweep_wakes - 1, ${BACK_OFF_MAX_EXPONENT})) end
    where id = ${workspaceId}`);
}
