import type { Status } from '../../domain/status.ts';
import type { Breach } from '../judging/breach.ts';
import { rejectedBreaches } from './inbox.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros } from '../record/micros.ts';
import { enteredAtOf, waitedUntil } from '../record/queued.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface FifoChecked {
  readonly breaches: readonly Breach[];
  readonly admissions: number;
}

export function fifoCheck(): Check {
  let admissions = 0;
  return {
    name: 'FIFO',
    checkWorkspace(record) {
      const checked = checkFifo(record);
      admissions += checked.admissions;
      return checked;
    },
    measured: () => `${admissions} admissions`,
  };
}

/**
 * FIFO: rows are admitted in seq order, and seq is the order in which they entered the queue: of commits, and what a caller's transaction asked for at its
 * sequencing. By Postgres' clock alone, whose stamps are made under the
 * workspace's lock. A row that ended while it was pending was overtaken only if a later one was admitted before that, and before its `startBefore`.
 */
export function checkFifo(record: WorkspaceRecord): FifoChecked {
  const { executions } = record;
  const breaches = [
    ...enteredOutOfOrder(record),
    ...admittedOutOfOrder(record),
    ...overtaken(record),
    ...beyondLastSeq(record),
    ...rejectedBreaches(record),
  ];
  return { breaches, admissions: executions.filter((e) => e.admittedAt !== null).length };
}

function enteredOutOfOrder(record: WorkspaceRecord): Breach[] {
  const enteredAt = enteredAtOf(record);
  return laterFirst(
    record.executions.filter((e) => enteredAt(e) !== null),
    (e) => enteredAt(e)!,
    (earlier, later) =>
      breach(
        record,
        [later, earlier],
        [enteredAt(later)!, enteredAt(earlier)!],
        `seq ${later.seq} entered the queue at ${isoOf(enteredAt(later)!)}, before seq ${earlier.seq} (${isoOf(enteredAt(earlier)!)}): seq is not the order of commits.`,
      ),
  );
}

function admittedOutOfOrder(record: WorkspaceRecord): Breach[] {
  const admitted = record.executions.filter((e) => e.admittedAt !== null);
  return laterFirst(
    admitted,
    (e) => e.admittedAt!,
    (earlier, later) =>
      breach(
        record,
        [later, earlier],
        [later.admittedAt!, earlier.admittedAt!],
        `seq ${later.seq} was admitted at ${isoOf(later.admittedAt!)}, before seq ${earlier.seq} (${isoOf(earlier.admittedAt!)}).`,
      ),
  );
}

/** Goes by seq; gives each row that has an earlier time than some row before it, with the latest of those. */
function laterFirst(
  rows: readonly ExecutionRecord[],
  timeOf: (row: ExecutionRecord) => Micros,
  breachOf: (earlier: ExecutionRecord, later: ExecutionRecord) => Breach,
): Breach[] {
  const breaches: Breach[] = [];
  let latest: ExecutionRecord | null = null;
  for (const row of rows) {
    if (latest !== null && timeOf(row) < timeOf(latest)) breaches.push(breachOf(latest, row));
    else latest = row;
  }
  return breaches;
}

/** Rows that were never admitted, though one behind them was while they stood in the queue. */
function overtaken(record: WorkspaceRecord): Breach[] {
  const breaches: Breach[] = [];
  let overtaker: ExecutionRecord | null = null;
  for (const row of record.executions.toReversed()) {
    if (row.seq === null && isWithoutAdmission(row.status)) continue;
    if (row.admittedAt !== null) {
      if (overtaker === null || row.admittedAt < overtaker.admittedAt!) overtaker = row;
      continue;
    }
    if (!isWithoutAdmission(row.status)) {
      breaches.push(
        breach(record, [row], [row.createdAt], `seq ${row.seq} is ${row.status} and was never admitted.`),
      );
    } else if (overtaker !== null && overtaker.admittedAt! < waitedUntil(row)) {
      breaches.push(
        breach(
          record,
          [overtaker, row],
          [overtaker.admittedAt!],
          `seq ${overtaker.seq} was admitted at ${isoOf(overtaker.admittedAt!)} while seq ${row.seq} stood in the queue before it.`,
        ),
      );
    }
  }
  return breaches.reverse();
}

/** What has no slot yet may be cancelled or terminated, or expire, and a rejection is of what never had a place; every other end follows an admission. */
function isWithoutAdmission(status: Status): boolean {
  return ['scheduled', 'pending', 'cancelled', 'terminated', 'expired', 'rejected'].includes(status);
}

function beyondLastSeq(record: WorkspaceRecord): Breach[] {
  return record.executions
    .filter((row) => row.seq !== null && row.seq > record.lastSeq)
    .map((row) =>
      breach(
        record,
        [row],
        [row.createdAt],
        `seq ${row.seq} was never given out: the workspace's last is ${record.lastSeq}.`,
      ),
    );
}

function breach(
  record: WorkspaceRecord,
  rows: readonly ExecutionRecord[],
  times: readonly Micros[],
  what: string,
): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: rows.map((row) => row.id),
    seqs: rows.map((row) => row.seq),
    times: times.map(isoOf),
    what: `Execution ${rows[0]!.id}: ${what}`,
  };
}
