import { FailureType } from '../../domain/outcome/outcome.ts';
import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros, SECOND_MICROS, showLength } from '../record/micros.ts';
import { type EnteredAt, enteredAtOf } from '../record/queued.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface ScheduleChecked {
  readonly breaches: readonly Breach[];
  /** Executions that entered the queue at a time of their own, and by how much too late. Microseconds. */
  readonly lateMicros: readonly number[];
  readonly expired: number;
}

export function scheduleCheck(): Check {
  let entered = 0;
  let latestMicros = 0;
  let expired = 0;
  return {
    name: 'SCHEDULE',
    checkWorkspace(record, { maxIdleSlotSeconds }) {
      const checked = checkSchedule(record, maxIdleSlotSeconds);
      entered += checked.lateMicros.length;
      for (const micros of checked.lateMicros) latestMicros = Math.max(latestMicros, micros);
      expired += checked.expired;
      return checked;
    },
    measured: () =>
      `${entered} entered at their time, at most ${showLength(latestMicros)} late; ${expired} expired`,
  };
}

/**
 * SCHEDULE: nothing enters the queue before its `startAfter`, and what was due together enters in the order of those times; nothing is admitted at or after
 * its `startBefore`, and what ended as expired was not admitted by then. By Postgres' clock alone. What is due is done within a bound, as a slot is
 * filled within it: one poller that works is enough.
 */
export function checkSchedule(record: WorkspaceRecord, maxLateSeconds: number): ScheduleChecked {
  const enteredAt = enteredAtOf(record);
  const breaches: Breach[] = [];
  const lateMicros: number[] = [];
  let expired = 0;
  for (const row of record.executions) {
    const wrong = whatIsWrong(row, enteredAt(row), record.readAt - maxLateSeconds * SECOND_MICROS);
    if (wrong !== null) breaches.push(breach(record, [row], wrong));
    if (row.status === 'expired') expired++;
    const late = latenessOf(row, enteredAt(row));
    if (late !== null) lateMicros.push(late);
  }
  return { breaches: [...breaches, ...outOfOrder(record, enteredAt)], lateMicros, expired };
}

/** As the end of a sentence about it. `overdueSince`: what was due before has waited for too long. */
function whatIsWrong(row: ExecutionRecord, entered: Micros | null, overdueSince: Micros): string | null {
  const { status, startAfter, startBefore, admittedAt, closedAt } = row;
  if (entered !== null && startAfter !== null && entered < startAfter)
    return `it entered the queue at ${isoOf(entered)}, before its startAfter ${isoOf(startAfter)}`;
  if (admittedAt !== null && startBefore !== null && admittedAt >= startBefore)
    return `it was admitted at ${isoOf(admittedAt)}, and its startBefore was ${isoOf(startBefore)}`;
  if (status === 'expired') {
    if (startBefore === null || closedAt === null || closedAt < startBefore)
      return `it expired at ${isoOf(closedAt ?? 0)}, and its startBefore ${startBefore === null ? 'does not exist' : `is ${isoOf(startBefore)}`}`;
    if (admittedAt !== null) return `it expired though it was admitted at ${isoOf(admittedAt)}`;
    if (row.failureType !== FailureType.expired)
      return `it expired with the failure ${String(row.failureType)}`;
  }
  if (status === 'scheduled' && (startAfter === null || startAfter < overdueSince))
    return `it was due at ${startAfter === null ? 'no time' : isoOf(startAfter)}, and is still scheduled`;
  if (status === 'pending' && startBefore !== null && startBefore < overdueSince)
    return `it was to be admitted before ${isoOf(startBefore)}, and is still pending`;
  return null;
}

function latenessOf({ startAfter, createdAt }: ExecutionRecord, entered: Micros | null): number | null {
  if (entered === null || startAfter === null || entered === createdAt) return null;
  return Math.max(0, entered - startAfter);
}

/** Goes by seq. A row that was there, and due, when one with a later time entered was passed over. */
function outOfOrder(record: WorkspaceRecord, enteredAt: EnteredAt): Breach[] {
  const breaches: Breach[] = [];
  let before: { row: ExecutionRecord; startAfter: Micros; entered: Micros } | null = null;
  for (const row of record.executions) {
    const { startAfter, createdAt } = row;
    const entered = enteredAt(row);
    // What was past its time when it was asked for enters as any other.
    if (entered === null || startAfter === null || entered === createdAt) continue;
    if (before === null || startAfter >= before.startAfter) before = { row, startAfter, entered };
    else if (createdAt < before.entered && startAfter <= before.entered)
      breaches.push(
        breach(
          record,
          [row, before.row],
          `it was due at ${isoOf(startAfter)}, and entered the queue behind seq ${before.row.seq}, which was due at ${isoOf(before.startAfter)}`,
        ),
      );
  }
  return breaches;
}

function breach(record: WorkspaceRecord, rows: readonly ExecutionRecord[], what: string): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: rows.map(({ id }) => id),
    seqs: rows.map(({ seq }) => seq),
    times: [isoOf(record.readAt)],
    what: `Execution ${rows[0]!.id} (seq ${rows[0]!.seq ?? 'none'}): ${what}.`,
  };
}
