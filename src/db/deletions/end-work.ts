import type { Database } from '../connection/database.ts';
import { inPipelinedTransaction, type Statement } from '../connection/pipelined-transaction.ts';
import { appendingEvents } from '../events/append-events.ts';
import { movedColumns } from '../executions/execution-row.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import {
  IS_LOCKED,
  LOCKED_WORKSPACE,
  lockingWorkspace,
  rememberingPlace,
} from '../workspaces/lock-workspace.ts';
import { RESERVED_THROUGH } from '../workspaces/reserved-rows.ts';
import { movingWaiting } from '../executions/moving-waiting.ts';

/** Of one transaction, so that it holds the workspace for some tens of milliseconds. */
export const CANCELLED_MAX_ROWS = 500;

export interface EndedWork {
  /** Executions that were scheduled or pending. */
  readonly cancelled: readonly { readonly executionId: string; readonly seq: number | null }[];
  /** Running executions whose termination was asked for by this call: their gate delivers it. */
  readonly asked: number;
  /** Its gate holds a reservation that is not used up, and its rows are left as they are until the gate gives it back. Absent when it holds none. */
  readonly isReserved?: true;
}

/**
 * Ends what a workspace that is being deleted has yet to do, in one transaction under its lock: cancels scheduled and pending executions, so many at a
 * time, and asks for the termination of all that run or are reserved. Changes nothing in a workspace that is not being deleted. Call it again until it cancels none, and
 * later while something is reserved or runs.
 */
export async function endWork(database: Pick<Database, 'pool'>, workspaceId: string): Promise<EndedWork> {
  const [, cancelled, terminated] = await withPartitions(database, () =>
    inPipelinedTransaction(database, [
      lockingWorkspace(workspaceId),
      cancelWaiting(workspaceId),
      terminateRunning(workspaceId),
    ]),
  );
  const [{ asked, isReserved }] = terminated as unknown as [{ asked: number; isReserved: boolean }];
  return {
    cancelled: cancelled as unknown as EndedWork['cancelled'],
    asked,
    ...(isReserved && { isReserved }),
  };
}

const BEFORE = `
  select ctid, id, tier, last_event, deleting_by, claimed_through_seq, ${RESERVED_THROUGH} as reserved_through
  from workspaces where ${LOCKED_WORKSPACE} and deleting_since is not null`;

/**
 * A range and not an equation: where a workspace has most of all rows, or the planner believes so, it would answer an equation in the order of ids
 * through the rows of all others.
 */
const OF_WORKSPACE = 'workspace_id >= $1 and workspace_id <= $1';

function cancelWaiting(workspaceId: string): Statement {
  const asWasAsked = movedColumns('gone', {
    cancel_requested_at: 'coalesce(gone.cancel_requested_at, statement_timestamp())',
    cancel_requested_by:
      'case when gone.cancel_requested_at is null then (select deleting_by from before) else gone.cancel_requested_by end',
  });
  return {
    name: 'cancel-waiting',
    text: `
      with before as materialized (${BEFORE}),
      waiting as (
        select id from executions where ${OF_WORKSPACE} and status::text in ('pending', 'scheduled')
          and coalesce(seq > (select reserved_through from before), true) and exists (select from before) order by workspace_id, id limit ${CANCELLED_MAX_ROWS}),
      gone as (
        delete from executions e where e.id = any (array(select id from waiting)) and e.status::text in ('pending', 'scheduled')
          and ${IS_LOCKED}
        returning *),
      ${movingWaiting({ columns: asWasAsked, status: "'cancelled'" })}
      select id as "executionId", seq::float8 as seq from gone order by seq`,
    values: [workspaceId],
  };
}

function terminateRunning(workspaceId: string): Statement {
  return {
    name: 'terminate-running',
    text: `
      with before as materialized (${BEFORE}),
      to_ask as (
        select id from executions where workspace_id = $1 and status = 'running' and terminate_requested_at is null
        union all
        select id from executions where workspace_id = $1 and status = 'pending' and terminate_requested_at is null
          and seq > (select claimed_through_seq from before) and seq <= (select reserved_through from before)),
      asked as (
        update executions e set terminate_requested_at = statement_timestamp(),
          terminate_requested_by = (select deleting_by from before)
        where e.id = any (array(select id from to_ask where exists (select from before)))
        returning e.id, e.seq, e.status),
      told as (
        ${appendingEvents({ of: 'asked', to: 'before', kind: 'terminate_requested', status: 'status', at: 'statement_timestamp()' })}),
      counted as (
        update workspaces w set last_event = w.last_event + (select count(*) from asked)
        where w.ctid = (select ctid from before) and exists (select from asked)
        returning ${rememberingPlace('w.ctid')})
      select (select count(*) from asked)::integer as asked,
        coalesce((select reserved_through > claimed_through_seq from before), false) as "isReserved"`,
    values: [workspaceId],
  };
}
