import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { WorkspaceNotFoundError, WorkspacesFullError } from '../../domain/refusals.ts';
import { effectiveLimit } from '../../domain/tier.ts';
import {
  changeWorkspace,
  recordLimit,
  type WorkspaceSettings,
  type WorkspaceWrite,
} from './change-workspace.ts';
import { type Acting, ANYBODY, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { lockLivingWorkspace } from './lock-workspace.ts';
import { type WorkspaceRow, workspaces } from '../schema.ts';
import { readTier } from '../tiers/read-tiers.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

export interface PutRules {
  /** How many workspaces may exist. */
  readonly maxWorkspaces: number;
  /** Defaults to somebody without a key. */
  readonly acting?: Acting;
}

/**
 * Creates a workspace, or replaces all settings of one that exists.
 *
 * @throws WorkspacesFullError, WorkspaceDeletingError
 */
export async function putWorkspace(
  database: Database,
  workspaceId: string,
  settings: WorkspaceSettings,
  rules: PutRules,
): Promise<WorkspaceWrite> {
  const putOnce = async () =>
    await withPartitions(database, () =>
      inTransaction(database, (tx) => putWorkspaceIn(tx, workspaceId, settings, rules)),
    );
  try {
    return await putOnce();
  } catch (error) {
    // It was there, and went before its row was locked: now it is not there.
    if (error instanceof WorkspaceNotFoundError) return await putOnce();
    throw error;
  }
}

/** The same in somebody's transaction. */
export async function putWorkspaceIn(
  tx: Tx,
  workspaceId: string,
  settings: WorkspaceSettings,
  { maxWorkspaces, acting = ANYBODY }: PutRules,
): Promise<WorkspaceWrite> {
  const tierConfig = await readTier(tx, settings.tier);
  const { limit } = effectiveLimit(settings, tierConfig);
  const [created] = await tx
    .insert(workspaces)
    .values({ id: workspaceId, ...settings, limitInForce: limit })
    .onConflictDoNothing()
    .returning();
  if (created === undefined)
    return await changeWorkspace(tx, await lockLivingWorkspace(tx, workspaceId), settings, acting);
  await requireRoom(tx, maxWorkspaces);
  await recordLimit(tx, workspaceId, settings, { limit, source: 'api', by: acting.by });
  await recordChange(tx, acting, {
    workspaceId,
    act: 'workspace_created',
    from: null,
    to: { ...settings, limit },
  });
  const workspace = await goOnFromFormer(tx, created);
  return { workspace: { ...workspace, tierConfig }, change: 'created' };
}

/**
 * A workspace that had this id and was deleted had events: the new one's go on after them. A gate of the former that is still open remembers no later
 * one, so it does not take the database for a restored one, and no reader of events sees a number twice. In a statement after the insert, which may have
 * waited for the end of that deletion.
 */
async function goOnFromFormer(tx: Tx, created: WorkspaceRow): Promise<WorkspaceRow> {
  const lastEvent = sql<number>`(
    select last_event from workspace_deletions where workspace_id = ${created.id} and last_event is not null order by id desc limit 1)`;
  const [goesOn] = await tx
    .update(workspaces)
    .set({ lastEvent, answeredEvent: lastEvent })
    .where(and(eq(workspaces.id, created.id), isNotNull(lastEvent)))
    .returning();
  return goesOn ?? created;
}

/** Any number that nobody else takes: it names the lock under which workspaces are counted. */
const COUNTING_LOCK = 7_400_110;

/** After the insert, and one creation at a time: each counts all that were created before it. Costs an index scan, on creation alone. */
async function requireRoom(tx: Tx, maxWorkspaces: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${COUNTING_LOCK})`);
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::integer as count from (select from workspaces limit ${maxWorkspaces + 1}) as counted`,
  );
  if (rows[0]!.count > maxWorkspaces) throw new WorkspacesFullError(maxWorkspaces);
}
