import { eq } from 'drizzle-orm';
import { WorkspaceDeletingError, WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { RetentionClass } from '../../domain/retention.ts';
import type { TierConfig } from '../../domain/tier.ts';
import type { Tx } from '../connection/database.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { type Workers, type WorkspaceRow, workspaces } from '../schema.ts';
import { TIER_CONFIG_OF_WORKSPACE } from '../tiers/tier-of-workspace.ts';

/**
 * Locks a workspace's row until the transaction ends, in a statement of its own: what follows sees all that the lock's former
 * holder committed. First in every transaction that writes statuses, so that no two of them can deadlock.
 *
 * @throws WorkspaceNotFoundError
 */
export async function lockWorkspace(tx: Tx, workspaceId: string): Promise<WorkspaceRow> {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, workspaceId)).for('update');
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return row;
}

/**
 * The same for a change that a workspace which is being deleted takes no more.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError
 */
export async function lockLivingWorkspace(tx: Tx, workspaceId: string): Promise<WorkspaceRow> {
  const row = await lockWorkspace(tx, workspaceId);
  if (row.deletingSince !== null) throw new WorkspaceDeletingError(workspaceId, row.deletingSince);
  return row;
}

/** Where the row that the transaction has locked is, as a setting that ends with the transaction. */
const PLACE = "nullif(current_setting('sluice.locked_workspace', true), '')";

/** What is true in a transaction that has locked a workspace, and not without one. */
export const IS_LOCKED = `${PLACE} is not null`;

/**
 * Finds the locked workspace, at once. Each handoff leaves a version of the row behind, and none may go while any transaction of the database
 * that could see it is open: a look-up in the index would pass many of them, at each statement.
 */
export const LOCKED_WORKSPACE = `ctid = ${PLACE}::tid`;

/** For each statement that writes the row: what it returns, so that the next one finds it. */
export const rememberingPlace = (ctid: string) =>
  `set_config('sluice.locked_workspace', ${ctid}::text, true)`;

/**
 * The same for a pipelined transaction, whose later statements find the workspace by what this leaves behind. A workspace that does not exist is locked
 * by nobody and found by none of them. The index is read from its end: the newest version is more often there.
 */
export function lockingWorkspace(workspaceId: string): Statement {
  return {
    name: 'lock-workspace',
    text: `
      select ${rememberingPlace('found.ctid')} as place from (
        select ctid from workspaces where id >= $1 and id <= $1 order by id desc limit 1 for update) as found`,
    values: [workspaceId],
  };
}

/**
 * Of a workspace's row, whether nothing may be admitted: by the clock of the statement, so that a pause ends at its time whoever is late to record it.
 * Never null.
 */
export const IS_PAUSED = `(paused_at is not null and (paused_until is null or paused_until > statement_timestamp()))`;

/** The columns that decisions under the lock are based on. */
export interface LockedWorkspace {
  readonly id: string;
  readonly workers: Workers;
  readonly lastSeq: number;
  readonly pending: number;
  readonly pendingBytes: number;
  readonly scheduled: number;
  readonly scheduledBytes: number;
  readonly running: number;
  readonly limitOverride: number | null;
  readonly restoringSince: Date | null;
  /** While it is paused, as the statement's clock has it, whether or not a worker has ended the pause. */
  readonly isPaused: boolean;
  readonly deletingSince: Date | null;
  /** By Postgres' clock: not after the lock was given, and before it by the wait at most. Milliseconds since 1970. */
  readonly nowMs: number;
  /** As the tier's row was when the statement began, which the wait for the lock may be later than. */
  readonly tierConfig: TierConfig;
  /** Of its tier, as old as that. */
  readonly payloadRetentionDays: RetentionClass;
}

const TIER_OF_WORKSPACE = `
        ${TIER_CONFIG_OF_WORKSPACE} as "tierConfig",
        (select t.payload_retention_days from tiers t where t.name = workspaces.tier) as "payloadRetentionDays"`;

/**
 * Locks several workspaces: in the order of their ids, or only the ones that nobody else holds, so that no two sessions wait for
 * each other.
 */
export function lockingWorkspaces(ids: readonly string[], whenHeld: 'wait' | 'skip'): Statement {
  return {
    name: `lock-workspaces-${whenHeld}`,
    text: `
      select id, workers, last_seq::float8 as "lastSeq", pending,
        pending_bytes::float8 as "pendingBytes", scheduled, scheduled_bytes::float8 as "scheduledBytes",
        (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs", running, limit_override as "limitOverride", restoring_since as "restoringSince",
        ${IS_PAUSED} as "isPaused", deleting_since as "deletingSince",
        ${TIER_OF_WORKSPACE}
      from workspaces where id = any($1::text[]) order by id for update ${whenHeld === 'skip' ? 'skip locked' : ''}`,
    values: [ids],
  };
}

/** What a tier says, as of a statement of its own. */
export type TierOfWorkspace = Pick<LockedWorkspace, 'tierConfig' | 'payloadRetentionDays'>;

/** Reads again what the tier of a locked workspace says: as new as all that the statements before it have found. */
export function readingTier(workspaceId: string): Statement {
  return {
    name: 'read-tier-of-workspace',
    text: `select ${TIER_OF_WORKSPACE} from workspaces where id = $1`,
    values: [workspaceId],
  };
}
