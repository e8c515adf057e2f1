import { appendingEvents } from '../events/append-events.ts';
import { uncountingWaiting } from '../workspaces/uncount-waiting.ts';
import { movedColumns, retentionOf } from './execution-row.ts';

/** As SQL, of the rows of `gone`. */
interface End {
  readonly status: string;
  /** Both default to none. */
  readonly failureType?: string;
  readonly failureMessage?: string;
  /** Defaults to the columns as they are. */
  readonly columns?: string;
}

/**
 * Common table expressions for a statement that ends executions which never had a slot, of a locked workspace. `gone` has their deleted rows, and `before` the workspace's ctid, id,
 * tier and last_event. `moved` are the ended rows; their events are appended, and the workspace's counters follow.
 */
export function movingWaiting({
  status,
  failureType = 'null',
  failureMessage = 'null',
  columns = movedColumns('gone'),
}: End): string {
  return `
    moved as (
      insert into ended_executions (${movedColumns()}, status, closed_at, failure_type, failure_message, retention_days)
      select ${columns}, ${status}::execution_status, clock_timestamp(), ${failureType}, ${failureMessage},
        ${retentionOf('(select tier from before)')}
      from gone
      returning id, seq, status, moved_at),
    told as (
      ${appendingEvents({ of: 'moved', to: 'before', kind: 'ended', status: 'status', at: 'moved_at' })}),
    counted as (${uncountingWaiting({ of: 'gone', from: 'before' })})`;
}
