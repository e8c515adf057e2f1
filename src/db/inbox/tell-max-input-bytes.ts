import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { deployment } from '../schema.ts';

/** Lets `sluice.enqueue` refuse at once what would be rejected later: an input of more bytes than the API that started last takes. */
export async function tellMaxInputBytes(db: Db, maxInputBytes: number): Promise<void> {
  await db
    .update(deployment)
    .set({ maxInputBytes })
    .where(sql`max_input_bytes is distinct from ${maxInputBytes}`);
}
