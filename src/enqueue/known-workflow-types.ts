import { sql } from 'drizzle-orm';
import type { Db } from '../db/connection/database.ts';
import { workflowTypes } from '../db/schema.ts';

/** Published by workers that have a catch-all workflow: any type is known then. */
export const ANY_WORKFLOW_TYPE = '*';

/**
 * A worker publishes each minute. A name unseen for ten minutes before the newest publication was taken out by a deployment;
 * measured from the newest and not from now, because workers that are all down have not forgotten what they know.
 */
const KNOWN_FOR = sql`interval '10 minutes'`;

/** Says that a worker of the pool knows these workflow types, now. Publishing no name says nothing. */
export async function publishWorkflowTypes(db: Db, names: readonly string[]): Promise<void> {
  // Sorted, so that two workers that publish at once take the row locks in one order.
  const rows = [...new Set(names)].sort().map((name) => ({ name, seenAt: sql`clock_timestamp()` }));
  if (rows.length === 0) return;
  await db
    .insert(workflowTypes)
    .values(rows)
    .onConflictDoUpdate({ target: workflowTypes.name, set: { seenAt: sql`clock_timestamp()` } });
}

/** The workflow types that the pool's workers know; null when none was ever published. */
export async function knownWorkflowTypes(db: Db): Promise<ReadonlySet<string> | null> {
  const rows = await db
    .select({ name: workflowTypes.name })
    .from(workflowTypes)
    .where(sql`seen_at >= (select max(seen_at) - ${KNOWN_FOR} from workflow_types)`);
  return rows.length === 0 ? null : new Set(rows.map((row) => row.name));
}
