import { sql } from 'drizzle-orm';
import type { Stall, StallReason, WorkspaceStall } from '../../domain/stall.ts';
import type { Db } from '../connection/database.ts';

/** A sub-select that stays one: as a join it may read all executions for the few that are stalled. */
const OF_RUNNING = sql`(select e.status from executions e where e.id = s.execution_id) = 'running'`;

interface Row extends Record<string, unknown> {
  readonly reason: StallReason;
  readonly message: string;
  readonly since: string;
}

/** The stalls of the given executions that run, by id. */
export async function findStalls(
  db: Db,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, Stall>> {
  if (executionIds.length === 0) return new Map();
  const { rows } = await db.execute<
    Row & { id: string; failure_cause: string | null; failure_message: string | null; attempt: number | null }
  >(sql`
    select s.execution_id as id, s.reason, s.message, s.since, s.failure_cause, s.failure_message, s.attempt
    from stalled_executions s
    where ${OF_RUNNING} and s.execution_id = any(${sql.param([...executionIds])}::uuid[])`);
  return new Map(
    rows.map(({ id, reason, message, since, failure_cause: cause, failure_message: failure, attempt }) => [
      id,
      {
        reason,
        message,
        since: new Date(since),
        taskFailure: cause === null ? null : { cause, message: failure ?? '', attempt: attempt ?? 1 },
      },
    ]),
  );
}

/** Of the workspaces, those with running executions that are stalled, by id. */
export async function findWorkspaceStalls(
  db: Db,
  workspaceIds: readonly string[],
): Promise<ReadonlyMap<string, WorkspaceStall>> {
  if (workspaceIds.length === 0) return new Map();
  const { rows } = await db.execute<Row & { id: string; executions: number }>(sql`
    select distinct on (s.workspace_id) s.workspace_id as id, s.reason, s.message, s.since,
      count(*) over (partition by s.workspace_id)::integer as executions
    from stalled_executions s
    where ${OF_RUNNING} and s.workspace_id = any(${sql.param([...workspaceIds])}::text[])
    order by s.workspace_id, s.since, s.execution_id`);
  return new Map(
    rows.map(({ id, executions, reason, message, since }) => [
      id,
      { executions, reason, message, since: new Date(since) },
    ]),
  );
}
