import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Says of keys that they are in use; writes nothing for one of which that was said within a minute, by whichever process. */
export async function recordUses(db: Db, ids: readonly string[]): Promise<void> {
  await db.execute(sql`
    update api_keys set last_used_at = clock_timestamp()
    where id = any(${sql.param([...ids])}::text[])
      and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`);
}
