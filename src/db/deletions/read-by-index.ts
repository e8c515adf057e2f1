import { sql } from 'drizzle-orm';
import type { Tx } from '../connection/database.ts';

/**
 * For the rest of a transaction that holds a workspace's lock: a plan for any workspace expects as many rows of each as there are on average, and with few
 * workspaces that is most of the table.
 */
export async function readByIndex(tx: Tx): Promise<void> {
  await tx.execute(sql`set local enable_seqscan = off`);
}
