import type pg from 'pg';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Database } from '../connection/database.ts';
import { micros } from './micros.ts';
import { type AuditedExecution, readAuditedExecutions } from './read-audited-executions.ts';
import { type AuditedAlias, type AuditedInboxRow, readAliases, readInbox } from './read-inbox.ts';
import { type AuditedPause, readPauses } from './read-pauses.ts';
import { type AuditedEvent, readWorkspaceEvents } from './read-workspace-events.ts';

/** What Postgres has of one workspace, all of one moment. Times are microseconds since 1970: a Date would round them. */
export interface WorkspaceRows {
  readonly workspaceId: string;
  /** When the rows were read, by Postgres' clock. */
  readonly readAt: number;
  /** It is being deleted: rows of it may be gone already. */
  readonly isBeingDeleted: boolean;
  /** When a workspace of this id that there was before was gone; undefined when there was none. */
  readonly formerGoneAt: number | undefined;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limitInForce: number;
  /** The limit of its tier's row, which holds for workspaces without an override. */
  readonly tierLimit: number;
  readonly lastSeq: number;
  /** The number of the newest event, as the workspace's row has it. */
  readonly lastEvent: number;
  /** Where claims begin to read, and where the count of running rows does. */
  readonly claimedThroughSeq: number;
  readonly oldestRunningSeq: number;
  /** The counters in the workspace's row. */
  readonly pending: number;
  readonly running: number;
  readonly pendingBytes: number;
  readonly scheduled: number;
  readonly scheduledBytes: number;
  /** What the counters of bytes are to be: of the inputs of such rows. */
  readonly pendingInputBytes: number;
  readonly scheduledInputBytes: number;
  /** In the order in which they were made. */
  readonly limitChanges: readonly LimitChange[];
  /** Oldest first. */
  readonly pauses: readonly AuditedPause[];
  /** By seq; after them the ones that never entered the queue, or have not yet. */
  readonly executions: readonly AuditedExecution[];
  /** By number, as far as they are kept. */
  readonly events: readonly AuditedEvent[];
  /** By id. */
  readonly inbox: readonly AuditedInboxRow[];
  readonly aliases: readonly AuditedAlias[];
}

export interface LimitChange {
  readonly changedAt: number;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limit: number;
}

/**
 * Reads a workspace in one snapshot that locks nothing. Results come as digests and inputs not at all, so that memory goes by the
 * number of rows and events alone, some 500 and 200 bytes each.
 *
 * @throws WorkspaceNotFoundError
 */
export async function readWorkspaceRows(database: Database, workspaceId: string): Promise<WorkspaceRows> {
  const client = await database.pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    const workspace = await readWorkspace(client, workspaceId);
    const limitChanges = await readLimitChanges(client, workspaceId);
    const pauses = await readPauses(client, workspaceId);
    const executions = await readAuditedExecutions(client, workspaceId);
    const events = await readWorkspaceEvents(client, workspaceId);
    const inbox = await readInbox(client, workspaceId);
    const aliases = await readAliases(client, workspaceId);
    await client.query('commit');
    client.release();
    return { workspaceId, ...workspace, limitChanges, pauses, executions, events, inbox, aliases };
  } catch (error) {
    // Not worth saving: in the middle of a transaction, or broken.
    client.release(true);
    throw error;
  }
}

async function readWorkspace(client: pg.PoolClient, workspaceId: string) {
  const { rows } = await client.query<{
    read_at: string;
    is_being_deleted: boolean;
    former_gone_at: string | null;
    tier: Tier;
    limit_override: number | null;
    limit_in_force: number;
    tier_limit: number;
    last_seq: string;
    last_event: string;
    claimed_through_seq: string;
    oldest_running_seq: string;
    pending: number;
    running: number;
    pending_bytes: string;
    scheduled: number;
    scheduled_bytes: string;
    pending_input_bytes: string;
    scheduled_input_bytes: string;
  }>(
    `select ${micros('clock_timestamp()')} as read_at, tier, deleting_since is not null as is_being_deleted,
       (select ${micros('max(finished_at)')} from workspace_deletions d where d.workspace_id = $1) as former_gone_at, limit_override, limit_in_force,
       (select t."limit" from tiers t where t.name = tier) as tier_limit, last_seq, last_event, claimed_through_seq, oldest_running_seq,
       pending, running, pending_bytes, scheduled, scheduled_bytes,
       (select coalesce(sum(input_bytes), 0) from executions where workspace_id = $1 and status = 'pending') as pending_input_bytes,
       (select coalesce(sum(input_bytes), 0) from executions where workspace_id = $1 and seq is null) as scheduled_input_bytes
     from workspaces where id = $1`,
    [workspaceId],
  );
  const [row] = rows;
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return {
    readAt: Number(row.read_at),
    isBeingDeleted: row.is_being_deleted,
    formerGoneAt: row.former_gone_at === null ? undefined : Number(row.former_gone_at),
    tier: row.tier,
    limitOverride: row.limit_override,
    limitInForce: row.limit_in_force,
    tierLimit: row.tier_limit,
    lastSeq: Number(row.last_seq),
    lastEvent: Number(row.last_event),
    claimedThroughSeq: Number(row.claimed_through_seq),
    oldestRunningSeq: Number(row.oldest_running_seq),
    pending: row.pending,
    running: row.running,
    pendingBytes: Number(row.pending_bytes),
    scheduled: row.scheduled,
    scheduledBytes: Number(row.scheduled_bytes),
    pendingInputBytes: Number(row.pending_input_bytes),
    scheduledInputBytes: Number(row.scheduled_input_bytes),
  };
}

async function readLimitChanges(client: pg.PoolClient, workspaceId: string): Promise<LimitChange[]> {
  const { rows } = await client.query<{
    changed_at: string;
    tier: Tier;
    limit_override: number | null;
    limit: number;
  }>(
    `select ${micros('changed_at')} as changed_at, tier, limit_override, "limit"
     from limit_changes where workspace_id = $1 order by id`,
    [workspaceId],
  );
  return rows.map((row) => ({
    changedAt: Number(row.changed_at),
    tier: row.tier,
    limitOverride: row.limit_override,
    limit: row.limit,
  }));
}
