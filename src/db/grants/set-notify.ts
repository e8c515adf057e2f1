import type { Db } from '../connection/database.ts';
import { deployment } from '../schema.ts';

/** Whether the SQL functions notify at their caller's commit, from the next call on. */
export async function setNotify(db: Db, notifies: boolean): Promise<void> {
  await db.update(deployment).set({ inboxNotify: notifies });
}
