import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

export interface StartTime {
  readonly executionId: string;
  readonly runId: string;
  readonly startedAt: Date;
}

export interface RecordedStartTime {
  readonly executionId: string;
  readonly workspaceId: string;
  readonly seq: number;
  readonly runId: string;
  /** True when not even the run had been recorded. */
  readonly isNews: boolean;
}

/**
 * Records when Temporal started executions, and their first run where it is not known yet; recorded values stay. Touches no
 * status, hence needs no workspace lock.
 *
 * Waits for nobody: a row that another transaction is writing is passed over. A reconcile writes the same rows in an order of its own, so
 * that the two could wait for each other until Postgres ended one of them, a second later and with the workspace's slots free.
 *
 * @returns the executions that were recorded; ask again for the others.
 */
export async function recordStartTimes(db: Db, starts: readonly StartTime[]): Promise<RecordedStartTime[]> {
  if (starts.length === 0) return [];
  const ids = sql.param(starts.map((s) => s.executionId));
  const { rows } = await db.execute<RecordedStartTime & Record<string, unknown>>(sql`
    with free as materialized (
      select id, run_id from executions where id = any(${ids}::uuid[]) and started_at is null
      for no key update skip locked)
    update executions e set started_at = v.started_at, run_id = coalesce(e.run_id, v.run_id)
    from free join unnest(${ids}::uuid[], ${sql.param(starts.map((s) => s.runId))}::text[],
      ${sql.param(starts.map((s) => s.startedAt.toISOString()))}::timestamptz[]) as v (id, run_id, started_at) using (id)
    where e.id = free.id
    returning e.id as "executionId", e.workspace_id as "workspaceId", e.seq::float8 as seq, e.run_id as "runId",
      free.run_id is null as "isNews"`);
  return rows;
}

export interface StartTimeUnknown {
  readonly executionId: string;
  /** The first run, once a gate has reported it. */
  readonly runId: string | null;
}

/** Those of the executions whose start time is not recorded. */
export async function findWithoutStartTime(
  db: Db,
  executionIds: readonly string[],
): Promise<StartTimeUnknown[]> {
  if (executionIds.length === 0) return [];
  const { rows } = await db.execute<{ executionId: string; runId: string | null }>(sql`
    select id as "executionId", run_id as "runId" from executions
    where id = any(${sql.param([...executionIds])}::uuid[]) and started_at is null`);
  return rows;
}

/** Older ones are given up: what Temporal no longer has would be asked for at every sweep. */
const GIVE_UP_AFTER_HOURS = 24;

/** Executions admitted a while ago whose start time is not known, newest first: what a process that died did not get to. */
export async function findStartTimesUnknown(
  db: Db,
  options: { admittedBeforeSeconds: number; limit: number },
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from executions
    where started_at is null and admitted_at < clock_timestamp() - make_interval(secs => ${options.admittedBeforeSeconds})
      and admitted_at > clock_timestamp() - make_interval(hours => ${GIVE_UP_AFTER_HOURS}) and (status = 'running' or run_id is not null)
    order by admitted_at desc limit ${options.limit}`);
  return rows.map((row) => row.id);
}
