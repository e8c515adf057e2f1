import { FailureType } from '../../domain/outcome/outcome.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { IS_LOCKED, LOCKED_WORKSPACE } from '../workspaces/lock-workspace.ts';
import { movingWaiting } from '../executions/moving-waiting.ts';

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
 * for its turn. Nor does a gate start one by itself: executions with such a time are never reserved. One that is still scheduled was due before that time:
 * no worker was there.
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
      ${movingWaiting({
        status: "'expired'",
        failureType: `'${FailureType.expired}'`,
        failureMessage: `'It was not admitted before its startBefore, ' || to_char(gone.start_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '.'`,
      })}
      select id as "executionId", seq::float8 as seq from gone order by seq`,
    values: [workspaceId],
  };
}
