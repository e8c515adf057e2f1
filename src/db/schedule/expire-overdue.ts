import { FailureType } from '../../domain/outcome.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { appendingEvents } from '../events/append-events.ts';
import { movedColumns, retentionOf } from '../executions/execution-row.ts';
import { IS_LOCKED, LOCKED_WORKSPACE, rememberingPlace } from '../workspaces/lock-workspace.ts';

/** Of each kind in one transaction, for the same reason as of those that enter. */
export const EXPIRED_MAX_ROWS = 500;

/** An execution that was not admitted in time. */
export interface Expired {
  readonly executionId: string;
  /** Null for one that was still scheduled. */
  readonly seq: number | null;
}

/**
 * Ends executions of a locked workspace that were not admitted before their `start_before`. The claim admits none of them, so none starts while this waits
 * for its turn. One that is still scheduled was due before that time: no worker was there.
 */
export function expiringOverdue(workspaceId: string): Statement {
  return {
    name: 'expire-overdue',
    text: `
      with before as materialized (
        select ctid, id, tier, last_event from workspaces where ${LOCKED_WORKSPACE}),
      overdue as (
        (select id from executions
          where workspace_id = $1 and status = 'pending' and start_before is not null and start_before <= statement_timestamp()
          order by start_before limit ${EXPIRED_MAX_ROWS})
        union all
        (select id from executions
          where workspace_id = $1 and seq is null and start_after <= statement_timestamp() and start_before <= statement_timestamp()
          order by start_after limit ${EXPIRED_MAX_ROWS})),
      gone as (
        delete from executions e where e.id = any (array(select id from overdue)) and e.status::text in ('pending', 'scheduled')
          and ${IS_LOCKED}
        returning *),
      moved as (
        insert into ended_executions (${movedColumns()}, status, closed_at, failure_type, failure_message, retention_days)
        select ${movedColumns('gone')}, 'expired', clock_timestamp(), '${FailureType.expired}',
          'It was not admitted before its startBefore, ' || to_char(gone.start_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '.',
          ${retentionOf('(select tier from before)')}
        from gone
        returning id, seq, status, moved_at),
      told as (
        ${appendingEvents({ of: 'moved', to: 'before', kind: 'ended', status: 'status', at: 'moved_at' })}),
      counted as (
        update workspaces w set last_event = w.last_event + of.rows,
          pending = greatest(0, w.pending - of.pending), pending_bytes = greatest(0, w.pending_bytes - of.pending_bytes),
          scheduled = greatest(0, w.scheduled - of.rows + of.pending),
          scheduled_bytes = greatest(0, w.scheduled_bytes - of.bytes + of.pending_bytes)
        from (
          select count(*)::integer as rows, coalesce(sum(input_bytes), 0)::bigint as bytes,
            (count(*) filter (where seq is not null))::integer as pending,
            coalesce(sum(input_bytes) filter (where seq is not null), 0)::bigint as pending_bytes
          from gone) as of
        where w.ctid = (select ctid from before) and of.rows > 0
        returning ${rememberingPlace('w.ctid')})
      select id as "executionId", seq::float8 as seq from gone order by seq`,
    values: [workspaceId],
  };
}
