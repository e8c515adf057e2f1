import { rememberingPlace } from './lock-workspace.ts';

interface Uncounting {
  /** The name of a common table expression with the rows of executions that were scheduled or pending, and end. */
  readonly of: string;
  /** The name of one with the locked workspace's ctid. */
  readonly from: string;
}

/**
 * Text of a common table expression for a statement that ends executions which never had a slot: takes them out of their workspace's counters, and
 * raises `last_event` by one for each, as the events need that the same statement appends.
 */
export function uncountingWaiting({ of, from }: Uncounting): string {
  return `
    update workspaces w set last_event = w.last_event + gone.rows,
      pending = greatest(0, w.pending - gone.pending), pending_bytes = greatest(0, w.pending_bytes - gone.pending_bytes),
      scheduled = greatest(0, w.scheduled - gone.rows + gone.pending),
      scheduled_bytes = greatest(0, w.scheduled_bytes - gone.bytes + gone.pending_bytes)
    from (
      select count(*)::integer as rows, coalesce(sum(input_bytes), 0)::bigint as bytes,
        (count(*) filter (where seq is not null))::integer as pending,
        coalesce(sum(input_bytes) filter (where seq is not null), 0)::bigint as pending_bytes
      from ${of}) as gone
    where w.ctid = (select ctid from ${from}) and gone.rows > 0
    returning ${rememberingPlace('w.ctid')}`;
}
