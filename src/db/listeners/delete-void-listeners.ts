import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Some milliseconds; what is left goes next time. */
const BATCH_ROWS = 5_000;

/** Deletes announcements that have been void for a minute: their process is gone, or nobody of it listens any more. Waits for no row. */
export async function deleteVoidListeners(db: Db): Promise<void> {
  await db.execute(sql`
    delete from workspace_listeners where (workspace_id, listener_id) in (
      select workspace_id, listener_id from workspace_listeners
      where listens_until < statement_timestamp() - interval '1 minute'
      order by listens_until limit ${BATCH_ROWS} for update skip locked)`);
}
