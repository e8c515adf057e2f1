import { sql } from 'drizzle-orm';
import type { Stall, StallReason } from '../../domain/stall.ts';
import { STALL_MESSAGE_MAX_CHARS } from '../../domain/stall.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';

export interface StalledExecution {
  readonly executionId: string;
  readonly stall: Stall;
}

/** How many executions of a workspace are stalled for one reason. */
export interface StallCount {
  readonly workspaceId: string;
  readonly reason: StallReason;
  readonly executions: number;
}

/**
 * Records what a round has seen: executions that are stalled, and executions that are not. Ended executions are forgotten. Touches no
 * status, hence needs no workspace lock. Returns the counts before and after.
 */
export async function recordStalls(
  database: Database,
  seen: { stalled: readonly StalledExecution[]; moving: readonly string[] },
): Promise<{ before: StallCount[]; after: StallCount[] }> {
  return await inTransaction(database, async (tx) => {
    const before = await countStalls(tx);
    if (before.length > 0)
      await tx.execute(sql`
        delete from stalled_executions s
        where s.execution_id = any(${sql.param([...seen.moving])}::uuid[])
          or not exists (select from executions e where e.id = s.execution_id and e.status = 'running')`);
    if (seen.stalled.length > 0) await write(tx, seen.stalled);
    return { before, after: before.length + seen.stalled.length > 0 ? await countStalls(tx) : [] };
  });
}

async function write(tx: Tx, stalled: readonly StalledExecution[]): Promise<void> {
  const column = <T>(value: (stall: Stall) => T) => sql.param(stalled.map(({ stall }) => value(stall)));
  await tx.execute(sql`
    insert into stalled_executions as s
      (execution_id, workspace_id, reason, message, since, failure_cause, failure_message, attempt)
    select e.id, e.workspace_id, v.reason::stall_reason, v.message, v.since, v.cause, v.failure, v.attempt
    from unnest(${sql.param(stalled.map(({ executionId }) => executionId))}::uuid[],
      ${column(({ reason }) => reason)}::text[], ${column(({ message }) => storable(message))}::text[],
      ${column(({ since }) => since.toISOString())}::timestamptz[],
      ${column(({ taskFailure }) => taskFailure && storable(taskFailure.cause))}::text[],
      ${column(({ taskFailure }) => taskFailure && storable(taskFailure.message))}::text[],
      ${column(({ taskFailure }) => taskFailure?.attempt ?? null)}::integer[])
      as v (id, reason, message, since, cause, failure, attempt)
    join executions e on e.id = v.id and e.status = 'running'
    order by e.id
    on conflict (execution_id) do update set reason = excluded.reason, message = excluded.message, since = excluded.since,
      failure_cause = excluded.failure_cause, failure_message = excluded.failure_message, attempt = excluded.attempt,
      seen_at = clock_timestamp()`);
}

async function countStalls(tx: Tx): Promise<StallCount[]> {
  const { rows } = await tx.execute<{ workspaceId: string; reason: StallReason; executions: number }>(sql`
    select workspace_id as "workspaceId", reason, count(*)::integer as executions
    from stalled_executions group by 1, 2 order by 1, 2`);
  return rows;
}

/** Postgres text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').slice(0, STALL_MESSAGE_MAX_CHARS);
}
