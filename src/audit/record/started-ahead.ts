import { limitAt } from './limit-at.ts';
import { type Micros, SECOND_MICROS } from './micros.ts';
import { openIntervalsOf } from './open-intervals.ts';
import type { ExecutionRecord, LimitChange, Stray, WorkspaceRecord } from './workspace-record.ts';

/**
 * A gate may start what is reserved under a limit that has changed, or in a pause, until it next reconciles. It does so at the wake of the change or a second after it
 * has started another; some 10 s later when its worker has died or stands still. Three times that.
 */
const RIGHT_LAPSES_SECONDS = 30;

/** A row is pending for about a second after its gate has started it, and for as long as a reconcile that fails is tried again. */
const REPORTED_WITHIN_SECONDS = 30;

export interface AdmissionLimit {
  readonly limit: number | null;
  /** Of one that was started ahead: the limit in its row was in force when it can have been reserved. */
  readonly isBelieved: boolean;
}

/**
 * The limit that an admission is judged by. It is the one in force at that moment; for one that was started ahead the one in its row. So it is for a row whose limit
 * was higher than that: it was reserved by a gate that is gone, and may have been open. When the row's was not in force, that one is judged as any other.
 */
export function admissionLimitOf(
  { limitChanges }: Pick<WorkspaceRecord, 'limitChanges'>,
  execution: ExecutionRecord & { readonly admittedAt: Micros },
  openedAt: Micros,
): AdmissionLimit {
  const { admittedAt, limitAtAdmission, startedAhead } = execution;
  const inForce = limitAt(limitChanges, admittedAt);
  if (limitAtAdmission === null) return { limit: startedAhead ? null : inForce, isBelieved: true };
  if (!startedAhead && !isOfFormerLimit(limitChanges, execution)) return { limit: inForce, isBelieved: true };
  const isBelieved = wasInForce(limitChanges, limitAtAdmission, {
    from: openedAt - RIGHT_LAPSES_SECONDS * SECOND_MICROS,
    to: Math.max(openedAt, admittedAt),
  });
  if (startedAhead) return { limit: limitAtAdmission, isBelieved };
  return { limit: isBelieved ? limitAtAdmission : inForce, isBelieved: true };
}

/** Its gate had started it, or may have. Then its admission says nothing of the time before its start. */
export function mayBeStartedAhead(limitChanges: readonly LimitChange[], execution: ExecutionRecord): boolean {
  return execution.startedAhead || isOfFormerLimit(limitChanges, execution);
}

function isOfFormerLimit(
  limitChanges: readonly LimitChange[],
  { admittedAt, limitAtAdmission }: ExecutionRecord,
): boolean {
  const inForce = admittedAt === null ? null : limitAt(limitChanges, admittedAt);
  return inForce !== null && limitAtAdmission !== null && limitAtAdmission > inForce;
}

/** At some moment from the first to the last of them. */
function wasInForce(
  changes: readonly LimitChange[],
  limit: number,
  { from, to }: { readonly from: Micros; readonly to: Micros },
): boolean {
  if (limitAt(changes, from) === limit) return true;
  return changes.some(
    (change) => change.limit === limit && change.changedAt >= from && change.changedAt <= to,
  );
}

/** From when on its slot was held, as far as its row says. */
export function slotHeldFrom({ startedAhead, startedAt, admittedAt }: ExecutionRecord): Micros | null {
  return startedAhead && startedAt !== null ? startedAt : admittedAt;
}

/** When it opened in Temporal, by its runs or by its row; null when neither says. */
export function openedAtOf(execution: ExecutionRecord): Micros | null {
  return openIntervalsOf(execution)[0]?.from ?? execution.startedAt;
}

/**
 * Whether it still is one by the workspace's rows, which were read after Temporal's list. What its gate has started ahead is admitted by then, or is pending until
 * the gate reports it.
 */
export function isStillStray(
  stray: Stray,
  { executions, readAt }: Pick<WorkspaceRecord, 'executions' | 'readAt'>,
): boolean {
  if (!stray.isUnadmitted) return true;
  const row = executions.find(({ id }) => id === stray.executionId);
  if (row === undefined) return true;
  if (row.admittedAt !== null) return false;
  return row.status !== 'pending' || readAt - stray.startedAt > REPORTED_WITHIN_SECONDS * SECOND_MICROS;
}
