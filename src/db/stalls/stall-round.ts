import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** After which execution a round begins: it goes through the running ones by workspace and seq, and then from the first again. */
export interface RoundPosition {
  readonly workspaceId: string;
  readonly seq: number;
}

/**
 * Takes the round that is due: null when it is not, or when another process has taken it. The next is due `intervalSeconds` later, also
 * when this process dies with it.
 */
export async function takeStallRound(
  db: Db,
  { intervalSeconds }: { intervalSeconds: number },
): Promise<RoundPosition | null> {
  const due = sql`clock_timestamp() + make_interval(secs => ${intervalSeconds})`;
  const { rows } = await db.execute<{ workspace_id: string; seq: string }>(sql`
    insert into stall_round as r (due_at) values (${due})
    on conflict (only_row) do update set due_at = ${due} where r.due_at <= clock_timestamp()
    returning after_workspace_id as workspace_id, after_seq as seq`);
  const [row] = rows;
  return row === undefined ? null : { workspaceId: row.workspace_id, seq: Number(row.seq) };
}

/** Where the next round begins. */
export async function moveStallRound(db: Db, after: RoundPosition): Promise<void> {
  await db.execute(
    sql`update stall_round set after_workspace_id = ${after.workspaceId}, after_seq = ${after.seq}`,
  );
}

export interface RunningExecution {
  readonly executionId: string;
  readonly workspaceId: string;
  readonly seq: number;
  readonly admittedAt: Date;
}

/** Running executions admitted longer ago than that, from the one after `after` on, in the order of a round. */
export async function findRunningAfter(
  db: Db,
  after: RoundPosition,
  { admittedBeforeSeconds, limit }: { admittedBeforeSeconds: number; limit: number },
): Promise<RunningExecution[]> {
  return await findRunning(
    db,
    sql`(workspace_id, seq) > (${after.workspaceId}, ${after.seq}::bigint)
      and admitted_at < clock_timestamp() - make_interval(secs => ${admittedBeforeSeconds})
      order by workspace_id, seq limit ${limit}`,
  );
}

/** Running executions that are recorded as stalled, the ones that were seen longest ago first. */
export async function findStalledRunning(db: Db, { limit }: { limit: number }): Promise<RunningExecution[]> {
  return await findRunning(
    db,
    sql`id = any(array(
      select s.execution_id from stalled_executions s order by s.seen_at limit ${limit}))`,
  );
}

async function findRunning(db: Db, which: ReturnType<typeof sql>): Promise<RunningExecution[]> {
  const { rows } = await db.execute<{
    id: string;
    workspace_id: string;
    seq: string;
    admitted_at: string;
  }>(sql`
    select id, workspace_id, seq, admitted_at from executions where status = 'running' and ${which}`);
  return rows.map((row) => ({
    executionId: row.id,
    workspaceId: row.workspace_id,
    seq: Number(row.seq),
    admittedAt: new Date(row.admitted_at),
  }));
}
