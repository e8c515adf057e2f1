import type { Micros } from './micros.ts';
import type { ExecutionRecord, WorkspaceRecord } from './workspace-record.ts';

/** When a row entered the queue; null when it never did, and when that is not known any more. */
export type EnteredAt = (row: ExecutionRecord) => Micros | null;

/** A row without a `startAfter` enters when it is made; when one with it did, its event says, for as long as events are kept. */
export function enteredAtOf(record: WorkspaceRecord): EnteredAt {
  const accepted = new Map<string | null, Micros>();
  for (const { kind, executionId, at } of record.events)
    if (kind === 'accepted') accepted.set(executionId, at);
  return ({ id, seq, startAfter, createdAt }) => {
    if (seq === null) return null;
    return startAfter === null ? createdAt : (accepted.get(id) ?? null);
  };
}

/** Until when a row that was never admitted could be: then it ended, or its time had passed. Infinite while it can be. */
export function waitedUntil({ closedAt, startBefore }: ExecutionRecord): number {
  return Math.min(closedAt ?? Infinity, startBefore ?? Infinity);
}
