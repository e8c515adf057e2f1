import { limitAt } from './limit-at.ts';
import type { Micros } from './micros.ts';
import { openIntervalsOf } from './open-intervals.ts';
import { mayBeStartedAhead } from './started-ahead.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** How far Temporal's clock is ahead of Postgres', in microseconds: between these two. Infinite where nothing shows it. */
export interface ClockOffset {
  readonly atLeast: number;
  readonly atMost: number;
}

export const UNKNOWN_OFFSET: ClockOffset = { atLeast: -Infinity, atMost: Infinity };

/**
 * Bounds the offset by cause and effect. An execution is admitted before it starts: at most the shortest time between the two. And
 * an admission under a limit of n follows the end of all but n - 1 of those admitted before: at least the time between the n-th last
 * of these ends and it. Takes for granted that the cap held. What was started ahead of its admission bounds neither.
 */
export function clockOffsetOf(record: WorkspaceRecord): ClockOffset {
  let { atLeast, atMost } = UNKNOWN_OFFSET;
  const latestEnds: Micros[] = [];
  for (const execution of record.executions) {
    const { admittedAt } = execution;
    const [opening] = openIntervalsOf(execution);
    if (admittedAt === null || opening === undefined) continue;
    if (!mayBeStartedAhead(record.limitChanges, execution)) {
      atMost = Math.min(atMost, opening.from - admittedAt);
      const limit = limitAt(record.limitChanges, admittedAt);
      const mustHaveEnded = limit === null ? undefined : latestEnds[limit - 1];
      if (mustHaveEnded !== undefined) atLeast = Math.max(atLeast, mustHaveEnded - admittedAt);
    }
    insertDescending(latestEnds, opening.to ?? Infinity);
  }
  return { atLeast, atMost };
}

export function narrower(a: ClockOffset, b: ClockOffset): ClockOffset {
  return { atLeast: Math.max(a.atLeast, b.atLeast), atMost: Math.min(a.atMost, b.atMost) };
}

/** Limits are at most this high, so no older end is ever asked for. */
const ENDS_KEPT = 1_000;

function insertDescending(ends: Micros[], end: Micros): void {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! >= end) low = middle + 1;
    else high = middle;
  }
  ends.splice(low, 0, end);
  if (ends.length > ENDS_KEPT) ends.pop();
}
