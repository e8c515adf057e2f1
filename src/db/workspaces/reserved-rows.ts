import type { WorkspaceRow } from '../schema.ts';

/**
 * Whether the gate of a locked workspace may have started a pending execution that Postgres still has in the queue. Then nobody else ends it: a request is
 * kept in its row, and the reservation is recalled.
 */
export function isReserved(
  { reservedBy, reservedThroughSeq }: Pick<WorkspaceRow, 'reservedBy' | 'reservedThroughSeq'>,
  { seq }: { readonly seq: number | null },
): boolean {
  return reservedBy !== null && seq !== null && seq <= reservedThroughSeq;
}

/** The same for statements: of a workspace's row, up to which seq its pending rows are reserved; 0 when none is. */
export const RESERVED_THROUGH = '(case when reserved_by is null then 0 else reserved_through_seq end)';
