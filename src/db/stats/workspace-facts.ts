import { type SQL, sql } from 'drizzle-orm';
import { HEALTHS, type Health } from '../../domain/health.ts';
import { IS_PAUSED } from '../workspaces/lock-workspace.ts';

// Parts of statements, about a workspace `w` with its tier `t`.

/** What was measured is shown for so long after it. */
const MEASURED_SHOWN_SECONDS = 300;

/** So many minutes of backlog and of failures are shown. */
export const MINUTES_SHOWN = 60;

// By `statement_timestamp`: what is `clock_timestamp`, another at each row, bounds no index.
export const SINCE_MEASURED = sql.raw(
  `statement_timestamp() - make_interval(secs => ${MEASURED_SHOWN_SECONDS})`,
);

/** The beginning of the first minute that is shown. */
export const SINCE_SHOWN = sql.raw(
  `date_trunc('minute', statement_timestamp()) - make_interval(mins => ${MINUTES_SHOWN - 1})`,
);

export const LIMIT = sql.raw(`coalesce(w.limit_override, t."limit")`);

/** How many of its running executions are stalled. The status by a sub-select: as a join it may read all executions for the few that are. */
export const STALLED = sql.raw(`(
  select count(*)::integer from stalled_executions s
  where s.workspace_id = w.id and (select e.status from executions e where e.id = s.execution_id) = 'running')`);

/** When the head of its queue entered it: one entry of the index of pending rows. */
export const OLDEST_ENTERED = sql.raw(`(
  case when w.pending > 0 then (
    select greatest(e.created_at, e.start_after) from executions e
    where e.workspace_id = w.id and e.status = 'pending' and e.seq > w.claimed_through_seq
    order by e.seq limit 1) end)`);

/** What `healthOf` says, given SQL for the number of its stalled executions. */
export function healthIn(stalled: SQL = STALLED): SQL<Health> {
  return sql<Health>`case
    when w.deleting_since is not null then 'deleting'
    when w.restoring_since is not null then 'restoring'
    when ${sql.raw(IS_PAUSED)} then 'paused'
    when ${stalled} > 0 then 'stalled'
    when w.pending > 0 and w.running >= ${LIMIT} then 'at-limit'
    when w.pending > 0 then 'backlogged'
    when w.running > 0 then 'active'
    else 'idle' end`;
}

/** From 0 for idle on: the higher, the sooner somebody should look. */
export const URGENCY = sql`(${HEALTHS.length} - array_position(${sql.raw(`array['${HEALTHS.join("', '")}']`)}, ${healthIn()}))`;

/** Of its newest sample. */
export function measured(column: 'wait_p95_seconds' | 'handoff_p99_seconds'): SQL {
  return sql`(
    select s.${sql.raw(column)} from workspace_samples s
    where s.workspace_id = w.id and s.minute > ${SINCE_MEASURED} order by s.minute desc limit 1)`;
}

export const FAILED_LAST_HOUR = sql`(
  select coalesce(sum(s.failed), 0)::integer from workspace_samples s
  where s.workspace_id = w.id and s.minute >= ${SINCE_SHOWN})`;

/** More of them are not counted: an index entry each. */
const INBOX_COUNTED_MAX = 1_000;

/** What its callers' transactions have committed and nobody has sequenced yet. */
export const INBOX = sql.raw(`(
  select count(*)::integer from (
    select from inbox i where i.workspace_id = w.id limit ${INBOX_COUNTED_MAX}) as waiting)`);

/** Since the oldest of it was asked for. */
export const INBOX_OLDEST_SECONDS = sql.raw(`(
  select greatest(0, extract(epoch from statement_timestamp() - i.at))::float8 from inbox i
  where i.workspace_id = w.id order by i.workspace_id, i.id limit 1)`);
