import type pg from 'pg';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Status } from '../../domain/status.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Database } from '../../db/connection/database.ts';
import type { Micros } from '../record/micros.ts';
import type { ExecutionRecord, LimitChange, WorkspaceRecord } from '../record/workspace-record.ts';

/** What Postgres has of one workspace, all of one moment. */
export type WorkspaceRows = Omit<WorkspaceRecord, 'executions' | 'strays' | 'since' | 'keptMicros'> & {
  readonly executions: readonly Omit<ExecutionRecord, 'runs'>[];
};

/** Rows read at once: well within the time-out of a statement, whatever the results weigh. */
const PAGE_ROWS = 2_000;

/**
 * Reads a workspace in one snapshot that locks nothing. Results come as digests and inputs not at all, so that memory goes by the
 * number of rows alone, some 500 bytes each.
 *
 * @throws WorkspaceNotFoundError
 */
export async function readRows(database: Database, workspaceId: string): Promise<WorkspaceRows> {
  const client = await database.pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    const workspace = await readWorkspace(client, workspaceId);
    const limitChanges = await readLimitChanges(client, workspaceId);
    const executions = await readExecutions(client, workspaceId);
    await client.query('commit');
    client.release();
    return { workspaceId, ...workspace, limitChanges, executions };
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
    last_seq: string;
    pending: number;
    running: number;
    pending_bytes: string;
    pending_input_bytes: string;
  }>(
    `select ${micros('clock_timestamp()')} as read_at, tier, limit_override, limit_in_force, last_seq, pending, running, pending_bytes,
       (select coalesce(sum(octet_length(input)), 0) from executions where workspace_id = $1 and status = 'pending') as pending_input_bytes
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
    lastSeq: Number(row.last_seq),
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
  run_id: string | null;
  result_md5: string | null;
  result_omitted_reason: string | null;
  result_omitted_bytes: number | null;
  failure_type: string | null;
}

async function readExecutions(
  client: pg.PoolClient,
  workspaceId: string,
): Promise<Omit<ExecutionRecord, 'runs'>[]> {
  const executions: Omit<ExecutionRecord, 'runs'>[] = [];
  for (;;) {
    const { rows } = await client.query<Row>(
      `select id, seq, status, idempotency_key, ${micros('created_at')} as created_at, ${micros('admitted_at')} as admitted_at,
         ${micros('started_at')} as started_at, ${micros('closed_at')} as closed_at, run_id,
         md5(convert_to(result, 'UTF8')) as result_md5, result_omitted_reason, result_omitted_bytes, failure_type
       from executions where workspace_id = $1 and seq > $2 order by seq limit ${PAGE_ROWS}`,
      [workspaceId, executions.at(-1)?.seq ?? Number.MIN_SAFE_INTEGER],
    );
    executions.push(...rows.map(executionOf));
    if (rows.length < PAGE_ROWS) return executions;
  }
}

function executionOf(row: Row): Omit<ExecutionRecord, 'runs'> {
  return {
    id: row.id,
    seq: Number(row.seq),
    status: row.status,
    idempotencyKey: row.idempotency_key,
    createdAt: Number(row.created_at),
    admittedAt: optionalMicros(row.admitted_at),
    startedAt: optionalMicros(row.started_at),
    closedAt: optionalMicros(row.closed_at),
    runId: row.run_id,
    result: {
      md5: row.result_md5,
      omitted:
        row.result_omitted_reason === null
          ? null
          : { reason: row.result_omitted_reason, bytes: row.result_omitted_bytes ?? 0 },
    },
    failureType: row.failure_type,
  };
}

function optionalMicros(value: string | null): Micros | null {
  return value === null ? null : Number(value);
}
