import type { ClientBase, Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { movedColumns } from '../../src/db/executions/execution-row.ts';
import type { Status } from '../../src/domain/status.ts';
import type { Tier, TierConfig } from '../../src/domain/tier.ts';
import type { ReconcileRequest } from '../../src/workflows/gate/contract.ts';

/** Puts a workspace straight into the database. */
export async function insertWorkspace(
  pool: Pool,
  id: string,
  fields: { tier?: string; limitOverride?: number } = {},
): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_override, limit_in_force) values ($1, $2, $3, $4)`,
    [id, fields.tier ?? 'pro', fields.limitOverride ?? null, fields.limitOverride ?? 5],
  );
}

/** Changes fields of a tier's row straight in the database. */
export async function setTier(
  client: Pool | ClientBase,
  tier: Tier,
  fields: Partial<TierConfig>,
): Promise<void> {
  const { limit, maxDurationSeconds, maxPending, maxPendingBytes, retentionDays, payloadRetentionDays } =
    fields;
  await client.query(
    `update tiers set "limit" = coalesce($2, "limit"), max_duration_seconds = coalesce($3, max_duration_seconds),
       max_pending = coalesce($4, max_pending), max_pending_bytes = coalesce($5, max_pending_bytes),
       retention_days = coalesce($6, retention_days), payload_retention_days = coalesce($7, payload_retention_days)
     where name = $1`,
    [tier, limit, maxDurationSeconds, maxPending, maxPendingBytes, retentionDays, payloadRetentionDays],
  );
}

/** Puts pending executions straight into the database and returns their ids in seq order. */
export async function insertPending(
  pool: Pool,
  workspaceId: string,
  count: number,
  input: string | null = null,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  await pool.query(
    `with counted as (
       update workspaces set last_seq = last_seq + $2, pending = pending + $2 where id = $1 returning last_seq - $2 as before),
     stored as (
       insert into payloads (execution_id, kind, retention_days, data)
       select id, 'input', 0, convert_to($4, 'UTF8') from unnest($3::uuid[]) as v (id) where $4::text is not null)
     insert into executions (id, workspace_id, seq, workflow_type, input_bytes, payload_retention_days)
     select v.id, $1, counted.before + v.n, 'untilTold', octet_length($4::text), 0
     from counted, unnest($3::uuid[]) with ordinality as v (id, n)`,
    [workspaceId, count, ids, input],
  );
  return ids;
}

/** Ends executions straight in the database, as an end that is recorded does. */
export async function endRows(
  client: Pool | ClientBase,
  ids: readonly (string | undefined)[],
  status: Status = 'completed',
): Promise<void> {
  await client.query(
    `with gone as (delete from executions where id = any($1::uuid[]) returning *)
     insert into ended_executions (${movedColumns()}, status, closed_at, retention_days)
     select ${movedColumns('gone')}, $2::execution_status, clock_timestamp(), 0 from gone`,
    [ids, status],
  );
}

/** Puts a request straight into the database that a transaction has asked for and that was refused, and returns its id. */
export async function insertRejected(
  pool: Pool,
  workspaceId: string,
  { input = null, failureType = 'QueueFull' }: { input?: string | null; failureType?: string } = {},
): Promise<string> {
  const id = uuidv7();
  await pool.query(
    `with stored as (
       insert into payloads (execution_id, kind, retention_days, data)
       select $1, 'input', 0, convert_to($3, 'UTF8') where $3::text is not null),
     counted as (
       update workspaces set last_event = last_event + 1 where id = $2 returning last_event),
     ended as (
       insert into ended_executions
         (id, workspace_id, status, workflow_type, input_bytes, payload_retention_days, created_at, closed_at, failure_type, failure_message, retention_days)
       select $1, $2, 'rejected', 'untilTold', octet_length($3::text), 0, now, now, $4, 'No more room.', 0 from clock_timestamp() as now
       returning moved_at)
     insert into events (workspace_id, number, kind, execution_id, seq, status, at)
     select $2, last_event, 'ended', $1, null, 'rejected', moved_at from counted, ended`,
    [id, workspaceId, input, failureType],
  );
  return id;
}

/** A reconcile request of a gate that knows nothing, but for the fields given. */
export function requestOf(workspaceId: string, fields: Partial<ReconcileRequest> = {}): ReconcileRequest {
  return {
    workspaceId,
    known: [],
    started: [],
    closed: [],
    cancelsDelivered: [],
    overrideWishes: [],
    claim: true,
    ...fields,
  };
}

/** A report that an execution completed. */
export function completedReport(
  executionId: string,
  result: string | null = null,
): ReconcileRequest['closed'][number] {
  return {
    executionId,
    closedAt: new Date().toISOString(),
    outcome: { status: 'completed', result, resultOmitted: null, failure: null },
  };
}

export async function statuses(pool: Pool, workspaceId: string): Promise<Record<string, number[]>> {
  const { rows } = await pool.query<{ status: string; seqs: string[] }>(
    `select status, array_agg(seq order by seq) as seqs from all_executions where workspace_id = $1 group by status`,
    [workspaceId],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.seqs.map(Number)]));
}
