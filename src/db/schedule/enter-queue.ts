import type { Statement } from '../connection/pipelined-transaction.ts';
import { appendingEvents } from '../events/append-events.ts';
import { IS_LOCKED, LOCKED_WORKSPACE, rememberingPlace } from '../workspaces/lock-workspace.ts';

/** What one transaction takes, so that it holds the workspace for some tens of milliseconds; of bytes, more when the first row alone has them. */
export const ENTERED_MAX_ROWS = 500;
const ENTERED_MAX_BYTES = 2 ** 20;

/** An execution that has entered the queue. */
export interface Entered {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
}

/**
 * Puts scheduled executions of a locked workspace whose time has come at the end of its queue, in the order of their times: gives them the next seqs,
 * and moves them from one counter to the other. One that is past its `start_before` is left out.
 */
export function enteringQueue(workspaceId: string): Statement {
  return {
    name: 'enter-queue',
    text: `
      with before as materialized (
        select ctid, id, last_seq, last_event from workspaces where ${LOCKED_WORKSPACE}),
      oldest as (
        select id, start_after, coalesce(input_bytes, 0) as bytes from executions
        where workspace_id = $1 and seq is null and start_after <= statement_timestamp()
          and (start_before is null or start_before > statement_timestamp())
        order by start_after, id limit ${ENTERED_MAX_ROWS}),
      numbered as (
        select id, bytes, row_number() over (order by start_after, id) as n, sum(bytes) over (order by start_after, id) as bytes_through
        from oldest),
      entered as (
        update executions e set status = 'pending', seq = (select last_seq from before) + numbered.n
        from numbered where e.id = numbered.id and e.status::text = 'scheduled' and ${IS_LOCKED}
          and (numbered.bytes_through <= ${ENTERED_MAX_BYTES} or numbered.n = 1)
        returning e.id, e.seq, e.workflow_type, numbered.bytes),
      told as (
        ${appendingEvents({ of: 'entered', to: 'before', kind: 'accepted', status: "'pending'", at: 'statement_timestamp()' })}),
      counted as (
        update workspaces w set last_seq = w.last_seq + taken.rows, last_event = w.last_event + taken.rows,
          pending = w.pending + taken.rows, pending_bytes = w.pending_bytes + taken.bytes,
          scheduled = greatest(0, w.scheduled - taken.rows), scheduled_bytes = greatest(0, w.scheduled_bytes - taken.bytes)
        from (select count(*)::integer as rows, coalesce(sum(bytes), 0)::bigint as bytes from entered) as taken
        where w.ctid = (select ctid from before) and taken.rows > 0
        returning ${rememberingPlace('w.ctid')})
      select id as "executionId", seq::float8 as seq, workflow_type as "workflowType" from entered order by seq`,
    values: [workspaceId],
  };
}
