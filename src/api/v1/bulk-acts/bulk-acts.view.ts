import type { BulkActRow } from '../../../db/bulk-acts/bulk-act-row.ts';
import type { BulkProgress } from '../../../db/bulk-acts/find-bulk-act.ts';
import type { BulkAct } from './bulk-acts.schemas.ts';

export function bulkActView(row: BulkActRow, progress: BulkProgress): BulkAct {
  const { idempotencyKey: _key, acceptedAt, filter, ...act } = row;
  const { onlyFailed, ...asked } = filter;
  const { done, skipped, failed, lastFailure, endedAt } = progress;
  return {
    ...act,
    filter: { ...asked, outcome: onlyFailed ? 'failure' : null },
    acceptedAt: acceptedAt.toISOString(),
    state: stateOf(progress),
    done,
    skipped,
    failed,
    lastFailure,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

function stateOf({ open, waiting }: BulkProgress): BulkAct['state'] {
  if (open === 0) return 'done';
  return open === waiting ? 'waiting' : 'running';
}
