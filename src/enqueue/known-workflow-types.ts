import { sql } from 'drizzle-orm';
import type { Db } from '../db/connection/database.ts';
import type { Statement } from '../db/connection/pipelined-transaction.ts';
import { workflowTypes } from '../db/schema.ts';

/** Published by workers that have a catch-all workflow: any type is known then. */
export const ANY_WORKFLOW_TYPE = '*';

/**
 * A worker publishes each minute. A name unseen for ten minutes before the newest publication was taken out by a deployment;
 * measured from the newest and not from now, because workers that are all down have not forgotten what they know.
 */
export const KNOWN_FOR_MINUTES = 10;

const KNOWN = `
  select name from workflow_types where seen_at >= (select max(seen_at) - interval '${KNOWN_FOR_MINUTES} minutes' from workflow_types)`;

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
  return knownIn((await db.execute<KnownType>(sql.raw(KNOWN))).rows);
}

/** The same for a transaction that reads them with other things. */
export const findingKnownTypes: Statement = { name: 'find-known-types', text: KNOWN, values: [] };

export interface KnownType extends Record<string, unknown> {
  readonly name: string;
}

export function knownIn(rows: readonly KnownType[]): ReadonlySet<string> | null {
  return rows.length === 0 ? null : new Set(rows.map((row) => row.name));
}
