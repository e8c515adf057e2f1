import type { TakenRow } from '../../db/inbox/take-rows.ts';
import type { EnqueueRequest } from '../enqueue-request.ts';

/** What a row of the inbox asks for, as HTTP would ask for it. */
export function requestOf(row: TakenRow): EnqueueRequest {
  return {
    workspaceId: row.workspaceId,
    // The function lets no row without one through.
    workflowType: row.workflowType ?? '',
    input: row.input,
    idempotencyKey: row.idempotencyKey,
    createdBy: row.by,
    attributes: row.attributes,
    ifBusy: 'queue',
  };
}
