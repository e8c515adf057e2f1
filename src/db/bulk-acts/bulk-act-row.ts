import type { ExecutionFilter } from '../executions/list/execution-filter.ts';
import type { BulkFilter } from '../../domain/bulk/bulk-act.ts';
import type { bulkActs } from '../schema.ts';

/** An act as it was accepted. */
export type BulkActRow = typeof bulkActs.$inferSelect;

/** As rows keep it. */
export function bulkFilterOf({ workspaceId: _of, ...filter }: ExecutionFilter): BulkFilter {
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  return {
    ...filter,
    createdAfter: iso(filter.createdAfter),
    createdBefore: iso(filter.createdBefore),
    closedAfter: iso(filter.closedAfter),
    closedBefore: iso(filter.closedBefore),
  };
}

/** As lists have it. */
export function executionFilterOf(workspaceId: string | null, filter: BulkFilter): ExecutionFilter {
  const date = (iso: string | null) => (iso === null ? null : new Date(iso));
  return {
    ...filter,
    workspaceId,
    createdAfter: date(filter.createdAfter),
    createdBefore: date(filter.createdBefore),
    closedAfter: date(filter.closedAfter),
    closedBefore: date(filter.closedBefore),
  };
}
