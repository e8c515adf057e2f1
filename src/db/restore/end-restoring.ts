import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Rows of one transaction: gates wait for it where they reconcile. */
const BATCH_ROWS = 200;

/**
 * Lets workspaces admit again, in batches, and gives the ids of each batch after its commit. The epoch must have been raised before: else the
 * next reconcile of each would find it behind its gate again.
 */
export async function* endRestoring(db: Db): AsyncGenerator<readonly string[], void, void> {
  for (;;) {
    const { rows } = await db.execute<{ id: string }>(sql`
      update workspaces set restoring_since = null, restored_to = null
      where id = any (array(
        select id from workspaces where restoring_since is not null order by id limit ${BATCH_ROWS} for update))
      returning id`);
    if (rows.length === 0) return;
    yield rows.map(({ id }) => id);
  }
}
