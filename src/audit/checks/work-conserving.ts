import type { Breach } from './breach.ts';
import { isoOf, type Micros, SECOND_MICROS, showLength } from '../record/micros.ts';
import { openIntervalsOf } from '../record/open-intervals.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface WorkConservingChecked {
  readonly breaches: readonly Breach[];
  /** How long slots stood free beside a waiting row with nothing opening: handoffs, and faults. Microseconds. */
  readonly idleMicros: readonly number[];
  /** The longest time below the limit with a row waiting, openings in between or not. */
  readonly longestBelowLimitMicros: number;
}

/**
 * WORK-CONSERVING: no slot stands free while a row waits, for longer than a handoff, or than one sweep after a fault.
 *
 * A row waits from its creation to its opening in Temporal. The measure starts again at every opening: with many short executions
 * some slot is always being handed over, and that is no idleness.
 */
export function checkWorkConserving(
  record: WorkspaceRecord,
  maxIdleSlotSeconds: number,
): WorkConservingChecked {
  const breaches: Breach[] = [];
  const idleMicros: number[] = [];
  const state: State = { waiting: 0, busy: 0, limit: 0 };
  let idleSince: Micros | null = null;
  let belowSince: Micros | null = null;
  let longestBelowLimitMicros = 0;
  const begin = record.since ?? -Infinity;

  const endIdle = (at: Micros) => {
    if (idleSince !== null && at > Math.max(idleSince, begin)) {
      const from = Math.max(idleSince, begin);
      idleMicros.push(at - from);
      if (at - from > maxIdleSlotSeconds * SECOND_MICROS) breaches.push(breachOf(record, from, at));
    }
    idleSince = null;
  };
  const endBelow = (at: Micros) => {
    if (belowSince !== null)
      longestBelowLimitMicros = Math.max(longestBelowLimitMicros, at - Math.max(belowSince, begin));
    belowSince = null;
  };
  for (const step of stepsOf(record)) {
    if (step.at > record.readAt) break;
    if (step.opens) endIdle(step.at);
    apply(step, state);
    if (!step.isLastOfMoment) continue;
    const idle = state.waiting > 0 && state.busy < state.limit;
    if (idle) {
      idleSince ??= step.at;
      belowSince ??= step.at;
    } else {
      endIdle(step.at);
      endBelow(step.at);
    }
  }
  endIdle(record.readAt);
  endBelow(record.readAt);
  return { breaches, idleMicros, longestBelowLimitMicros };
}

interface State {
  waiting: number;
  busy: number;
  limit: number;
}

interface Change {
  readonly at: Micros;
  readonly waiting?: number;
  readonly busy?: number;
  readonly limit?: number;
  readonly opens?: boolean;
}

interface Step extends Change {
  /** The last change of its microsecond: only what stands between two moments is a state. */
  readonly isLastOfMoment: boolean;
}

function apply(change: Change, state: State): void {
  state.waiting += change.waiting ?? 0;
  state.busy += change.busy ?? 0;
  state.limit = change.limit ?? state.limit;
}

function stepsOf(record: WorkspaceRecord): Step[] {
  const changes: Change[] = record.limitChanges.map(({ changedAt, limit }) => ({ at: changedAt, limit }));
  for (const execution of record.executions) {
    const waitsUntil = endOfWait(record, execution);
    if (waitsUntil !== null && waitsUntil > execution.createdAt) {
      changes.push({ at: execution.createdAt, waiting: 1 }, { at: waitsUntil, waiting: -1 });
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

/** Null for an execution that was not read from Temporal: it ended before the time that is audited. */
function endOfWait(record: WorkspaceRecord, execution: ExecutionRecord): Micros | null {
  if (execution.admittedAt === null) return execution.closedAt ?? record.readAt;
  if (execution.runs === null) return null;
  const [opening] = openIntervalsOf(execution);
  if (opening !== undefined) return opening.from;
  // Without a workflow it was admitted and failed, or Temporal has forgotten it; or it has yet to start.
  return execution.status === 'running' ? record.readAt : execution.admittedAt;
}

/** While it is open; for one without a workflow, while its row held the slot. */
function slotsHeld(execution: ExecutionRecord): { from: Micros; to: Micros | null }[] {
  if (execution.runs === null || execution.admittedAt === null) return [];
  const openIntervals = openIntervalsOf(execution);
  if (openIntervals.length > 0) return openIntervals.slice(0, 1);
  if (execution.status === 'running') return [];
  return [{ from: execution.admittedAt, to: execution.closedAt }];
}

function breachOf(record: WorkspaceRecord, from: Micros, to: Micros): Breach {
  const waited = record.executions.filter((execution) => {
    const until = endOfWait(record, execution);
    return until !== null && execution.createdAt <= from && until >= to;
  });
  const head = waited[0];
  const who =
    head === undefined ? 'rows' : `execution ${head.id} (seq ${head.seq}) and ${waited.length - 1} behind it`;
  return {
    workspaceId: record.workspaceId,
    executionIds: head === undefined ? [] : [head.id],
    seqs: head === undefined ? [] : [head.seq],
    times: [isoOf(from), isoOf(to)],
    what: `A slot of workspace ${record.workspaceId} stood free for ${showLength(to - from)}, from ${isoOf(from)} to ${isoOf(to)}, while ${who} waited.`,
  };
}
