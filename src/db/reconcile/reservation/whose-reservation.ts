import type { ReconcileRequest } from '../../../workflows/gate/contract.ts';
import { LOCKED_WORKSPACE } from '../../workspaces/lock-workspace.ts';

/** The values of a statement that acts on the reservation of the gate that asks: $1 to $4. */
export function reservationValues(
  { workspaceId, reservation }: ReconcileRequest,
  gateRunId: string,
): readonly unknown[] {
  return [workspaceId, gateRunId, reservation?.releasedBy ?? null, reservation?.recallNumber ?? 0];
}

/**
 * Of the locked workspace: the reservation is the one that the gate acts by. A request that a frozen worker sends late names an older recall, and
 * what it says of starts is no longer so.
 */
export const IS_OF_THIS_GATE = `${LOCKED_WORKSPACE} and id = $1 and reserved_by in ($2, $3)
  and (recall_number = $4 or is_recalling and recall_number = $4::integer + 1)`;

/** Of the locked workspace: nothing that is reserved can be started by its gate alone any more. $5: the gate has confirmed the recall. */
export const IS_GIVEN_BACK = `${LOCKED_WORKSPACE} and id = $1
  and (reserved_by = $3 or reserved_by = $2 and is_recalling and recall_number = $4::integer and $5::boolean)`;
