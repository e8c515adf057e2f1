import { sql } from 'drizzle-orm';
import { WorkspacesFullError } from '../../domain/refusals.ts';
import { effectiveLimit } from '../../domain/tier.ts';
import {
  changeWorkspace,
  recordLimit,
  type WorkspaceSettings,
  type WorkspaceWrite,
} from './change-workspace.ts';
import type { Database, Tx } from '../connection/database.ts';
import { lockWorkspace } from './lock-workspace.ts';
import { workspaces } from '../schema.ts';
import { readTier } from '../tiers/read-tiers.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

export interface PutRules {
  /** How many workspaces may exist. */
  readonly maxWorkspaces: number;
  /** The key that asks for it. Defaults to null: none is needed. */
  readonly by?: string | null;
}

/**
 * Creates a workspace, or replaces all settings of one that exists.
 *
 * @throws WorkspacesFullError
 */
export async function putWorkspace(
  database: Database,
  workspaceId: string,
  settings: WorkspaceSettings,
  rules: PutRules,
): Promise<WorkspaceWrite> {
  return await withPartitions(database, () =>
    inTransaction(database, (tx) => put(tx, workspaceId, settings, rules)),
  );
}

async function put(
  tx: Tx,
  workspaceId: string,
  settings: WorkspaceSettings,
  { maxWorkspaces, by = null }: PutRules,
): Promise<WorkspaceWrite> {
  const tierConfig = await readTier(tx, settings.tier);
  const { limit } = effectiveLimit(settings, tierConfig);
  const [created] = await tx
    .insert(workspaces)
    .values({ id: workspaceId, ...settings, limitInForce: limit })
    .onConflictDoNothing()
    .returning();
  if (created === undefined)
    return await changeWorkspace(tx, await lockWorkspace(tx, workspaceId), settings, by);
  await requireRoom(tx, maxWorkspaces);
  await recordLimit(tx, workspaceId, settings, { limit, source: 'api', by });
  return { workspace: { ...created, tierConfig }, change: 'created' };
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
