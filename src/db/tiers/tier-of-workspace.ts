import { eq, getTableColumns } from 'drizzle-orm';
import type { TierConfig } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';
import { tiers, type WorkspaceRow, workspaces } from '../schema.ts';

/** A workspace's row and its tier's numbers, as of the same moment. */
export interface WorkspaceWithTier extends WorkspaceRow {
  readonly tierConfig: TierConfig;
}

/** Reads workspaces with their tiers in one statement; the caller says which. */
export function selectWithTier(db: Db) {
  const { name: _name, updatedAt: _updatedAt, ...tierConfig } = getTableColumns(tiers);
  return db
    .select({
      ...getTableColumns(workspaces),
      tierConfig,
    })
    .from(workspaces)
    .innerJoin(tiers, eq(tiers.name, workspaces.tier));
}

/**
 * The same as one value, a `TierConfig`, for statements that lock workspaces. A subselect and not a join: a row that changed its tier while the
 * lock was waited for would no longer match the tier that it was joined with, and would not be found.
 */
export const TIER_CONFIG_OF_WORKSPACE = `(
  select json_build_object('limit', t."limit", 'maxDurationSeconds', t.max_duration_seconds,
    'maxPending', t.max_pending, 'maxPendingBytes', t.max_pending_bytes,
    'retentionDays', t.retention_days, 'payloadRetentionDays', t.payload_retention_days)
  from tiers t where t.name = workspaces.tier)`;
