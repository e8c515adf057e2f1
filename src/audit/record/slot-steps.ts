import type { Micros } from './micros.ts';
import { openIntervalsOf } from './open-intervals.ts';
import { enteredAtOf, waitedUntil } from './queued.ts';
import { slotHeldFrom } from './started-ahead.ts';
import type { ExecutionRecord, WorkspaceRecord } from './workspace-record.ts';

/** A row begins or ends to wait, a slot to be held, or a pause; or the limit changes. */
interface Change {
  readonly at: Micros;
  readonly waiting?: number;
  readonly busy?: number;
  readonly limit?: number;
  readonly paused?: number;
  readonly opens?: boolean;
}

export interface Step extends Change {
  /** The last change of its microsecond: only what stands between two moments is a state. */
  readonly isLastOfMoment: boolean;
}

/** All changes of a workspace, by their time. */
export function stepsOf(record: WorkspaceRecord): Step[] {
  const changes: Change[] = record.limitChanges.map(({ changedAt, limit }) => ({ at: changedAt, limit }));
  for (const { from, to } of record.pauses)
    if (to > from) changes.push({ at: from, paused: 1 }, { at: to, paused: -1 });
  const enteredAt = enteredAtOf(record);
  for (const execution of record.executions) {
    const [waitsFrom, waitsUntil] = [enteredAt(execution), endOfWait(record, execution)];
    if (waitsFrom !== null && waitsUntil !== null && waitsUntil > waitsFrom) {
      changes.push({ at: waitsFrom, waiting: 1 }, { at: waitsUntil, waiting: -1 });
    }
    for (const held of slotsHeld(execution)) {
      changes.push({ at: held.from, busy: 1, opens: true });
      if (held.to !== null) changes.push({ at: held.to, busy: -1 });
    }
  }
  changes.sort((a, b) => a.at - b.at);
  return changes.map((change, index) => ({
    ...change,
    isLastOfMoment: changes[index + 1]?.at !== change.at,
  }));
}

/** When a row's wait for a slot ended. Null for an execution that was not read from Temporal: it ended before the time that is audited. */
export function endOfWait(record: WorkspaceRecord, execution: ExecutionRecord): Micros | null {
  if (execution.admittedAt === null) return Math.min(waitedUntil(execution), record.readAt);
  if (execution.runs === null) return null;
  const [opening] = openIntervalsOf(execution);
  if (opening !== undefined) return opening.from;
  // Without a workflow it was admitted and failed, or Temporal has forgotten it; or it has yet to start.
  return execution.status === 'running' ? record.readAt : slotHeldFrom(execution);
}

/** While it is open, from its opening on also when Postgres heard of it later; for one without a workflow, while its row held the slot. */
function slotsHeld(execution: ExecutionRecord): { from: Micros; to: Micros | null }[] {
  if (execution.runs === null || execution.admittedAt === null) return [];
  const openIntervals = openIntervalsOf(execution);
  if (openIntervals.length > 0) return openIntervals.slice(0, 1);
  if (execution.status === 'running') return [];
  return [{ from: slotHeldFrom(execution) ?? execution.admittedAt, to: execution.closedAt }];
}
