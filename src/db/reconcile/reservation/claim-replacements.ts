import type { ReconcileRequest, Replacement } from '../../../workflows/gate/contract.ts';
import type { Statement } from '../../connection/pipelined-transaction.ts';
import { appendingEvents } from '../../events/append-events.ts';
import { rememberingPlace } from '../../workspaces/lock-workspace.ts';
import { TAKEN, WAIT_SECONDS } from '../claim-slots.ts';
import { IS_OF_THIS_GATE, reservationValues } from './whose-reservation.ts';

/**
 * Claims the executions that the gate has started in the place of others, whatever the limit is by now: they are open. Each is admitted under the highest limit under
 * which it can have been reserved. One that is claimed already stays as it is. First in its transaction, so that an execution which has ended since is there
 * to end, and that the events of the admissions come before those of the ends.
 */
export function claimReplacements(
  request: ReconcileRequest,
  replacements: readonly Replacement[],
  gateRunId: string,
): Statement {
  return {
    name: 'claim-replacements',
    text: `
      with before as materialized (
        select ctid, id, last_event, reserved_through_seq, greatest(limit_in_force, reserved_limit) as "limit"
        from workspaces where ${IS_OF_THIS_GATE}),
      claim as (
        update executions e set status = 'running', admitted_at = statement_timestamp(), limit_at_admission = b."limit",
          started_ahead = true
        from before b
        where e.id = any ($5::uuid[]) and e.workspace_id || '' = b.id and e.status::text = 'pending' and e.seq <= b.reserved_through_seq
        returning e.id, e.seq, coalesce(e.input_bytes, 0) as bytes, ${WAIT_SECONDS} as wait_seconds),
      taken as (${TAKEN}),
      told as (
        ${appendingEvents({ of: 'claim', to: 'before', kind: 'admitted', status: "'running'", at: 'statement_timestamp()' })})
      update workspaces w
      set running = w.running + taken.slots, pending = greatest(0, w.pending - taken.slots),
        pending_bytes = greatest(0, w.pending_bytes - taken.bytes), last_event = w.last_event + taken.slots,
        claimed_through_seq = greatest(w.claimed_through_seq, taken.newest),
        oldest_running_seq = least(w.oldest_running_seq, taken.oldest), last_admission_at = clock_timestamp()
      from taken, before where w.ctid = before.ctid and taken.slots > 0
      returning taken.claims, extract(epoch from statement_timestamp())::float8 * 1000 as "claimedAtMs", ${rememberingPlace('w.ctid')} as place`,
    values: [...reservationValues(request, gateRunId), replacements.map(({ executionId }) => executionId)],
  };
}
