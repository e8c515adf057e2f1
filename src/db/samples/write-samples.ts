import type { Database } from '../connection/database.ts';

/** What a sampler says of a workspace: counts since its last sample, and what it has measured in the last minutes. */
export interface Sample {
  readonly workspaceId: string;
  readonly admitted: number;
  readonly failed: number;
  /** Null when nothing was measured. */
  readonly waitP95Seconds: number | null;
  readonly handoffP99Seconds: number | null;
}

/**
 * Writes the samples of the minute, and with them up to which event they count: one statement, so that each event counts once. Writes nothing
 * when another process is the sampler meanwhile, and returns false. A workspace that has gone is left out.
 */
export async function writeSamples(
  { pool }: Pick<Database, 'pool'>,
  { holder, throughEventId, samples }: { holder: string; throughEventId: number; samples: readonly Sample[] },
): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(
    `with held as (
       update sampler set through_event_id = $2 where holder = $1 returning only_row),
     measured as (
       select * from unnest($3::text[], $4::integer[], $5::integer[], $6::float8[], $7::float8[])
         as m (workspace_id, admitted, failed, wait, handoff)),
     written as (
       insert into workspace_samples as s
         (workspace_id, minute, pending, running, admitted, failed, wait_p95_seconds, handoff_p99_seconds)
       select w.id, date_trunc('minute', statement_timestamp()), w.pending, w.running, m.admitted, m.failed, m.wait, m.handoff
       from held, measured m join workspaces w on w.id = m.workspace_id
       on conflict (workspace_id, minute) do update set pending = excluded.pending, running = excluded.running,
         admitted = s.admitted + excluded.admitted, failed = s.failed + excluded.failed,
         wait_p95_seconds = excluded.wait_p95_seconds, handoff_p99_seconds = excluded.handoff_p99_seconds)
     select exists (select from held) as held`,
    [
      holder,
      throughEventId,
      samples.map(({ workspaceId }) => workspaceId),
      samples.map(({ admitted }) => admitted),
      samples.map(({ failed }) => failed),
      samples.map(({ waitP95Seconds }) => waitP95Seconds),
      samples.map(({ handoffP99Seconds }) => handoffP99Seconds),
    ],
  );
  return rows[0]!.held;
}

/** Workspaces of one statement. */
const PAGE_ROWS = 1_000;

/** Writes how many wait and run, for each workspace that has work: by the index that holds no others, page by page. */
export async function writeCounters(database: Pick<Database, 'pool'>): Promise<void> {
  for (let after: string | null = ''; after !== null;) after = await writePage(database, after);
}

/** Returns the last workspace of the page; null when it is the last page. */
async function writePage({ pool }: Pick<Database, 'pool'>, after: string): Promise<string | null> {
  const { rows } = await pool.query<{ last: string | null; count: number }>(
    `with page as materialized (
       select id, pending, running from workspaces where has_work and id > $1 order by id limit ${PAGE_ROWS}),
     written as (
       insert into workspace_samples as s (workspace_id, minute, pending, running)
       select id, date_trunc('minute', statement_timestamp()), pending, running from page
       on conflict (workspace_id, minute) do update set pending = excluded.pending, running = excluded.running
       where (s.pending, s.running) is distinct from (excluded.pending, excluded.running))
     select max(id) as last, count(*)::integer as count from page`,
    [after],
  );
  const { last, count } = rows[0]!;
  return count < PAGE_ROWS ? null : last;
}

const KEPT_HOURS = 24;

/** Deletes the samples of the oldest minute that is too old, as many as there were workspaces with work. Returns how many. */
export async function pruneSamples({ pool }: Pick<Database, 'pool'>): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from workspace_samples where minute = (
       select min(minute) from workspace_samples where minute < statement_timestamp() - make_interval(hours => ${KEPT_HOURS}))`,
  );
  return rowCount ?? 0;
}
