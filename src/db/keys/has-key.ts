import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Whether there is a key that neither is revoked nor has expired. */
export async function hasKey(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ has: boolean }>(sql`
    select exists (
      select from api_keys where revoked_at is null and (expires_at is null or expires_at > clock_timestamp())) as has`);
  return rows[0]!.has;
}
