import { sql } from 'drizzle-orm';
import { recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { readByIndex } from './read-by-index.ts';

/**
 * Deletes the row of a workspace of which nothing else is left, with what belongs to the row, and records that it is gone and what it did. False when
 * there is something left, or when somebody else has finished it.
 */
export async function finishDeletion(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
): Promise<boolean> {
  return await inTransaction(database, async (tx) => {
    await readByIndex(tx);
    const last = await lockEmptied(tx, workspaceId);
    if (last === null) return false;
    for (const table of OF_THE_ROW)
      await tx.execute(sql`delete from ${sql.identifier(table)} where workspace_id = ${workspaceId}`);
    await tx.execute(sql`delete from workspaces where id = ${workspaceId}`);
    const { rows } = await tx.execute<{ usage: Record<string, number>; by: string | null }>(sql`
      update workspace_deletions
      set finished_at = clock_timestamp(), last_seq = ${last.seq}::bigint, last_event = ${last.event}::bigint
      where workspace_id = ${workspaceId} and finished_at is null
      returning usage, requested_by as by`);
    await recordChange(
      tx,
      { by: rows[0]?.by ?? null, source: 'itself' },
      { workspaceId, act: 'workspace_gone', from: null, to: { usage: rows[0]?.usage ?? {} } },
    );
    return true;
  });
}

/** Some rows of each are left at most. Grants go too: who makes a workspace of the same id anew need not be who made this one. */
const OF_THE_ROW = ['events', 'limit_changes', 'role_grants', 'stalled_executions', 'workspace_samples'];

async function lockEmptied(tx: Tx, workspaceId: string): Promise<{ seq: string; event: string } | null> {
  const { rows } = await tx.execute<{ seq: string; event: string }>(sql`
    select last_seq as seq, last_event as event from workspaces
    where id = ${workspaceId} and deleting_since is not null for update`);
  if (rows[0] === undefined) return null;
  // In a statement of its own, which sees all that the lock's former holder committed.
  const { rows: left } = await tx.execute<{ some: boolean }>(sql`
    select exists (select from executions where workspace_id = ${workspaceId})
      or exists (select from ended_executions where workspace_id = ${workspaceId}) as some`);
  return left[0]!.some ? null : rows[0];
}
