import type pg from 'pg';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Status } from '../../domain/status.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Database } from '../connection/database.ts';
import { type AuditedEvent, readWorkspaceEvents } from './read-workspace-events.ts';

/** What Postgres has of one workspace, all of one moment. Times are microseconds since 1970: a Date would round them. */
export interface WorkspaceRows {
  readonly workspaceId: string;
  /** When the rows were read, by Postgres' clock. */
  readonly readAt: number;
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
  /** What that counter is to be: bytes of the inputs of pending rows. */
  readonly pendingInputBytes: number;
  /** In the order in which they were made. */
  readonly limitChanges: readonly LimitChange[];
  /** By seq. */
  readonly executions: readonly AuditedExecution[];
  /** By number, as far as they are kept. */
  readonly events: readonly AuditedEvent[];
}

export interface LimitChange {
  readonly changedAt: number;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limit: number;
}

/** A row, times by Postgres' clock but for `startedAt`, and `closedAt` where Temporal told it. */
export interface AuditedExecution {
  readonly id: string;
  readonly seq: number;
  readonly status: Status;
  readonly idempotencyKey: string | null;
  readonly createdAt: number;
  readonly admittedAt: number | null;
  readonly startedAt: number | null;
  readonly closedAt: number | null;
  /** When its end was recorded. */
  readonly movedAt: number | null;
  readonly runId: string | null;
  readonly result: ResultDigest;
  /** True when there was a result that may be gone and is: only that there was one is known. */
  readonly resultIsGone: boolean;
  /** True when Temporal may have been asked to delete its workflow. */
  readonly payloadsDeleted: boolean;
  readonly failureType: string | null;
}

/** A result as far as two of them need comparing: MD5 of its JSON text, or why it was not copied. */
export interface ResultDigest {
  readonly md5: string | null;
  readonly omitted: { readonly reason: string; readonly bytes: number } | null;
}

/** Rows read at once: well within the time-out of a statement, whatever the results weigh. */
const PAGE_ROWS = 2_000;

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
    const executions = await readExecutions(client, workspaceId);
    const events = await readWorkspaceEvents(client, workspaceId);
    await client.query('commit');
    client.release();
    return { workspaceId, ...workspace, limitChanges, executions, events };
  } catch (error) {
    // Not worth saving: in the middle of a transaction, or broken.
    client.release(true);
    throw error;
  }
}

/** Microseconds, exactly: a timestamp read as a Date would lose them. */
const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;

async function readWorkspace(client: pg.PoolClient, workspaceId: string) {
  const { rows } = await client.query<{
    read_at: string;
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
    pending_input_bytes: string;
  }>(
    `select ${micros('clock_timestamp()')} as read_at, tier, limit_override, limit_in_force,
       (select t."limit" from tiers t where t.name = tier) as tier_limit, last_seq, last_event, claimed_through_seq, oldest_running_seq,
       pending, running, pending_bytes,
       (select coalesce(sum(input_bytes), 0) from executions where workspace_id = $1 and status = 'pending') as pending_input_bytes
     from workspaces where id = $1`,
    [workspaceId],
  );
  const [row] = rows;
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return {
    readAt: Number(row.read_at),
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
    pendingInputBytes: Number(row.pending_input_bytes),
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

interface Row {
  id: string;
  seq: string;
  status: Status;
  idempotency_key: string | null;
  created_at: string;
  admitted_at: string | null;
  started_at: string | null;
  closed_at: string | null;
  moved_at: string | null;
  run_id: string | null;
  result_md5: string | null;
  result_omitted_reason: string | null;
  result_omitted_bytes: number | null;
  result_may_be_gone: boolean;
  payloads_deleted: boolean;
  failure_type: string | null;
}

const COMMON = `id, seq, status, idempotency_key, ${micros('created_at')} as created_at, ${micros('admitted_at')} as admitted_at,
  ${micros('started_at')} as started_at, run_id`;
const NEXT = `workspace_id = $1 and seq > $2 order by seq limit ${PAGE_ROWS}`;

const readLive = `(
  select ${COMMON}, null as closed_at, null as moved_at, null as result_md5, null as result_omitted_reason, null::integer as result_omitted_bytes,
    false as result_may_be_gone, false as payloads_deleted, null as failure_type
  from executions where ${NEXT})`;

const readEnded = `(
  select ${COMMON}, ${micros('closed_at')} as closed_at, ${micros('moved_at')} as moved_at,
    case when result_bytes is not null then (
      select md5(p.data) from payloads p
      where p.execution_id = e.id and p.kind = 'result' and p.retention_days = e.payload_retention_days
        and p.kept_from >= e.created_at limit 1) end as result_md5,
    result_omitted_reason, result_omitted_bytes,
    result_bytes is not null and (payloads_deleted_at is not null or coalesce(
      moved_at < clock_timestamp() - make_interval(days => coalesce(nullif(payload_retention_days, 0), (
        select case when min(payload_retention_days) > 0 then max(payload_retention_days) end from tiers))), false)) as result_may_be_gone,
    payloads_deleted_at is not null as payloads_deleted, failure_type
  from ended_executions e where ${NEXT})`;

async function readExecutions(client: pg.PoolClient, workspaceId: string): Promise<AuditedExecution[]> {
  const executions: AuditedExecution[] = [];
  for (;;) {
    const { rows } = await client.query<Row>(
      `${readLive} union all ${readEnded} order by seq limit ${PAGE_ROWS}`,
      [workspaceId, executions.at(-1)?.seq ?? Number.MIN_SAFE_INTEGER],
    );
    executions.push(...rows.map(executionOf));
    if (rows.length < PAGE_ROWS) return executions;
  }
}

function executionOf(row: Row): AuditedExecution {
  return {
    id: row.id,
    seq: Number(row.seq),
    status: row.status,
    idempotencyKey: row.idempotency_key,
    createdAt: Number(row.created_at),
    admittedAt: optionalMicros(row.admitted_at),
    startedAt: optionalMicros(row.started_at),
    closedAt: optionalMicros(row.closed_at),
    movedAt: optionalMicros(row.moved_at),
    runId: row.run_id,
    result: {
      md5: row.result_md5,
      omitted:
        row.result_omitted_reason === null
          ? null
          : { reason: row.result_omitted_reason, bytes: row.result_omitted_bytes ?? 0 },
    },
    resultIsGone: row.result_may_be_gone && row.result_md5 === null,
    payloadsDeleted: row.payloads_deleted,
    failureType: row.failure_type,
  };
}

function optionalMicros(value: string | null): number | null {
  return value === null ? null : Number(value);
}
