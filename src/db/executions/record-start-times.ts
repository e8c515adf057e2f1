import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { earliestTimeOf } from './id-time.ts';

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
  /** From its admission, by Postgres' clock, to its start, by Temporal's. */
  readonly admissionSeconds: number;
}

/**
 * Records when Temporal started executions, and their first run where it is not known yet; recorded values stay. A short execution may have
 * ended before. Touches no status, hence needs no workspace lock.
 *
 * Waits for nobody: a row that another transaction is writing, or moving, is passed over. A reconcile writes the same rows in an order of its
 * own, so that the two could wait for each other until Postgres ended one of them, a second later and with the workspace's slots free.
 *
 * @returns the executions that were recorded; ask again for the others.
 */
export async function recordStartTimes(db: Db, starts: readonly StartTime[]): Promise<RecordedStartTime[]> {
  if (starts.length === 0) return [];
  const ids = starts.map((s) => s.executionId);
  const { rows } = await db.execute<RecordedStartTime & Record<string, unknown>>(sql`
    with v as (
      select * from unnest(${sql.param(ids)}::uuid[], ${sql.param(starts.map((s) => s.runId))}::text[],
        ${sql.param(starts.map((s) => s.startedAt.toISOString()))}::timestamptz[]) as v (id, run_id, started_at)),
    free as materialized (
      select id, run_id from executions where id = any(${sql.param(ids)}::uuid[]) and started_at is null
      for no key update skip locked),
    free_ended as materialized (
      select id, run_id, retention_days, moved_at from ended_executions
      where id = any(${sql.param(ids)}::uuid[]) and started_at is null and moved_at >= ${earliestTimeOf(ids).toISOString()}::timestamptz
      for no key update skip locked),
    live as (
      update executions e set started_at = v.started_at, run_id = coalesce(e.run_id, v.run_id)
      from free join v using (id) where e.id = free.id
      returning e.id, e.workspace_id, e.seq, e.run_id, free.run_id is null as is_news, v.started_at - e.admitted_at as admission),
    ended as (
      update ended_executions e set started_at = v.started_at, run_id = coalesce(e.run_id, v.run_id)
      from free_ended f join v using (id)
      where e.id = f.id and e.retention_days = f.retention_days and e.moved_at = f.moved_at
      returning e.id, e.workspace_id, e.seq, e.run_id, f.run_id is null as is_news, v.started_at - e.admitted_at as admission)
    select id as "executionId", workspace_id as "workspaceId", seq::float8 as seq, run_id as "runId", is_news as "isNews",
      extract(epoch from admission)::float8 as "admissionSeconds"
    from (select * from live union all select * from ended) as recorded`);
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
  const ids = sql.param([...executionIds]);
  const { rows } = await db.execute<{ executionId: string; runId: string | null }>(sql`
    select id as "executionId", run_id as "runId" from executions
    where id = any(${ids}::uuid[]) and started_at is null
    union all
    select id, run_id from ended_executions
    where id = any(${ids}::uuid[]) and started_at is null and moved_at >= ${earliestTimeOf(executionIds).toISOString()}::timestamptz`);
  return rows;
}

/** Older ones are given up: what Temporal no longer has would be asked for at every sweep. */
const GIVE_UP_AFTER_HOURS = 24;

/** Executions admitted a while ago whose start time is not known, newest first: what a process that died did not get to. */
export async function findStartTimesUnknown(
  db: Db,
  options: { admittedBeforeSeconds: number; limit: number },
): Promise<string[]> {
  const unknown = sql`started_at is null
    and admitted_at < clock_timestamp() - make_interval(secs => ${options.admittedBeforeSeconds})
    and admitted_at > clock_timestamp() - make_interval(hours => ${GIVE_UP_AFTER_HOURS})`;
  const { rows } = await db.execute<{ id: string }>(sql`
    (select id, admitted_at from executions where ${unknown} and status = 'running' order by admitted_at desc limit ${options.limit})
    union all
    (select id, admitted_at from ended_executions
     where ${unknown} and run_id is not null and moved_at > clock_timestamp() - make_interval(hours => ${GIVE_UP_AFTER_HOURS})
     order by admitted_at desc limit ${options.limit})
    order by admitted_at desc limit ${options.limit}`);
  return rows.map((row) => row.id);
}
