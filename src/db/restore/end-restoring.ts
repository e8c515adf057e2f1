import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Rows of one transaction: gates wait for it where they reconcile. */
const BATCH_ROWS = 200;

/**
 * Lets workspaces admit again, in batches, and gives the ids of each batch after its commit. The epoch must have been raised before: else the
 * next reconcile of each would find it behind its gate again. Reservations of the copy mean nothing and are dropped, and what a gate still holds is recalled: what was started of it is adopted.
 * Only the command line does this.
 */
export async function* endRestoring(db: Db): AsyncGenerator<readonly string[], void, void> {
  for (;;) {
    const { rows } = await db.execute<{ id: string }>(sql`
      with batch as materialized (
        select id, restoring_since, restored_to from workspaces where restoring_since is not null
        order by id limit ${BATCH_ROWS} for update),
      recorded as (
        insert into changes (workspace_id, act, source, "from")
        select id, 'restore_resumed', 'command line', jsonb_build_object('restoringSince', restoring_since, 'restoredTo', restored_to)
        from batch)
      update workspaces set restoring_since = null, restored_to = null,
        reserved_through_seq = 0, reserved_limit = null, reserved_by = null, is_recalling = false, recall_wanted = false,
        recall_number = recall_number + 1
      where id = any (array(select id from batch))
      returning id`);
    if (rows.length === 0) return;
    yield rows.map(({ id }) => id);
  }
}
