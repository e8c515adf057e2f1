import { and, eq, isNull, sql } from 'drizzle-orm';
import { WorkspaceHasWorkError } from '../../domain/refusals.ts';
import { type Acting, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { now } from '../connection/now.ts';
import { inTransaction } from '../connection/transaction.ts';
import { revokeKeysOf } from '../keys/revoke-key.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import { events, workspaceDeletions, type WorkspaceRow, workspaces } from '../schema.ts';
import { lockWorkspace } from '../workspaces/lock-workspace.ts';
import { readByIndex } from './read-by-index.ts';

/** Executions of a workspace that have not ended. */
export interface Work {
  readonly pending: number;
  readonly scheduled: number;
  readonly running: number;
}

export interface Deletion {
  readonly since: Date;
  /** What has yet to end. */
  readonly work: Work;
  /** The ids of the keys that this call ended. */
  readonly revokedKeys: readonly string[];
}

/**
 * Begins the deletion of a workspace: from the commit on it takes nothing new and admits nothing, and its keys are revoked. A worker with the role gates
 * does the rest. A repeat changes nothing and says what is left.
 *
 * @throws WorkspaceNotFoundError; WorkspaceHasWorkError unless `endWork`
 */
export async function beginDeletion(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
  { endWork }: { endWork: boolean },
  acting: Acting,
): Promise<Deletion> {
  return await withPartitions(database, () =>
    inTransaction(database, async (tx) => {
      const locked = await lockWorkspace(tx, workspaceId);
      await readByIndex(tx);
      const work = await workOf(tx, workspaceId);
      if (locked.deletingSince !== null) return { since: locked.deletingSince, work, revokedKeys: [] };
      const hasWork = work.pending + work.scheduled + work.running > 0;
      if (hasWork && !endWork) throw new WorkspaceHasWorkError(workspaceId, work);
      const since = await now(tx);
      await begin(tx, locked, { since, work, endWork }, acting);
      return { since, work, revokedKeys: await revokeKeysOf(tx, workspaceId, acting) };
    }),
  );
}

/** By the rows, under the workspace's lock. */
async function workOf(tx: Tx, workspaceId: string): Promise<Work> {
  const { rows } = await tx.execute<Work & Record<string, unknown>>(sql`
    select count(*) filter (where status = 'pending')::integer as pending,
      count(*) filter (where status = 'scheduled')::integer as scheduled,
      count(*) filter (where status = 'running')::integer as running
    from executions where workspace_id = ${workspaceId}`);
  return rows[0]!;
}

async function begin(
  tx: Tx,
  { id, tier, limitOverride, workers }: WorkspaceRow,
  { since, work, endWork }: { since: Date; work: Work; endWork: boolean },
  acting: Acting,
): Promise<void> {
  const [row] = await tx
    .update(workspaces)
    .set({ deletingSince: since, deletingBy: acting.by, lastEvent: sql`${workspaces.lastEvent} + 1` })
    .where(and(eq(workspaces.id, id), isNull(workspaces.deletingSince)))
    .returning();
  await tx.insert(events).values({ workspaceId: id, number: row!.lastEvent, kind: 'workspace_changed' });
  await tx.insert(workspaceDeletions).values({ workspaceId: id, requestedAt: since, requestedBy: acting.by });
  await recordChange(tx, acting, {
    workspaceId: id,
    act: 'workspace_deleted',
    from: { tier, limitOverride, workers, ...work },
    to: { endWork },
    at: since,
  });
}
