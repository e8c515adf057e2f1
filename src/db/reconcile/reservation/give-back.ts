import type { ReconcileRequest } from '../../../workflows/gate/contract.ts';
import type { Statement } from '../../connection/pipelined-transaction.ts';
import { TERMINATION } from '../../executions/terminate-execution.ts';
import { rememberingPlace } from '../../workspaces/lock-workspace.ts';
import { IS_GIVEN_BACK, reservationValues } from './whose-reservation.ts';
import { movingWaiting } from '../../executions/moving-waiting.ts';

export interface EndedWaiting {
  readonly executionId: string;
  readonly seq: number;
  readonly status: 'cancelled' | 'terminated';
}

/**
 * For a gate that holds nothing any more of what was reserved: its rows are pending like others again, and those whose end was asked for meanwhile end. Change
 * nothing when the gate's word is not about the last recall.
 */
export function givingBack(request: ReconcileRequest, gateRunId: string): Statement[] {
  const { isConfirmed = false, releasedBy } = request.reservation ?? {};
  if (!isConfirmed && releasedBy === undefined) return [];
  const values = [...reservationValues(request, gateRunId), isConfirmed];
  return [
    { name: 'end-given-back', text: END_GIVEN_BACK, values },
    { name: 'give-back', text: GIVE_BACK, values },
  ];
}

const failure = TERMINATION.failure!('pending');

/** A termination counts for more than a cancellation, as it does for a running one. */
const END_GIVEN_BACK = `
  with before as materialized (
    select ctid, id, tier, last_event, claimed_through_seq, reserved_through_seq from workspaces where ${IS_GIVEN_BACK}),
  gone as (
    delete from executions e
    using before b
    where e.workspace_id = $1 and e.status = 'pending' and e.seq > b.claimed_through_seq and e.seq <= b.reserved_through_seq
      and (e.cancel_requested_at is not null or e.terminate_requested_at is not null)
    returning e.*),
  ${movingWaiting({
    status: "(case when terminate_requested_at is null then 'cancelled' else 'terminated' end)",
    failureType: `case when terminate_requested_at is not null then '${failure.type}' end`,
    failureMessage: `case when terminate_requested_at is not null then '${failure.message}' end`,
  })}
  select id as "executionId", seq::float8 as seq, status from moved order by seq`;

const GIVE_BACK = `
  update workspaces
  set reserved_through_seq = 0, reserved_limit = null, reserved_by = null, is_recalling = false, recall_wanted = false
  where ${IS_GIVEN_BACK}
  returning ${rememberingPlace('ctid')} as place`;
