import { KEPT, RETENTION_CLASSES, type RetentionClass } from '../../domain/retention.ts';

export const DAY_MS = 24 * 3_600_000;

/** A Monday. Every leaf begins a whole number of widths after it, so that any process names the same leaves. */
const GRID_START_MS = Date.UTC(2024, 0, 1);

/** Partitions reach at least this far into the future: three weeks in which nobody need make any. */
export const AHEAD_DAYS = 21;

/** Events serve those who wait and resume, and are no history. */
export const EVENTS_KEPT_DAYS = 7;

/** At most some twelve leaves of a class hold rows, because a look-up by id reads each of them. */
const WIDTH_DAYS: Readonly<Record<RetentionClass, number>> = { 0: 91, 7: 7, 30: 7, 90: 28, 365: 91 };

/** A table whose partitions are leaves by time: one retention class of rows or payloads, or the events. */
export interface LeafParent {
  readonly name: string;
  readonly subject: 'ended_executions' | 'payloads' | 'events';
  readonly widthDays: number;
  /** For how long after its end a leaf is kept; `KEPT` (0) until every tier has a retention. */
  readonly keptDays: number;
}

/** A partition by time: the moments from `from` on and before `to`. */
export interface Leaf {
  readonly parent: string;
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

export const LEAF_PARENTS: readonly LeafParent[] = [
  ...(['ended_executions', 'payloads'] as const).flatMap((subject) =>
    RETENTION_CLASSES.map((days) => ({
      name: `${subject}_${days}`,
      subject,
      widthDays: WIDTH_DAYS[days],
      keptDays: days,
    })),
  ),
  { name: 'events', subject: 'events', widthDays: 1, keptDays: EVENTS_KEPT_DAYS },
];

/** The leaf that holds a moment. */
export function leafAt({ name, widthDays }: LeafParent, moment: Date): Leaf {
  const widthMs = widthDays * DAY_MS;
  const fromMs = GRID_START_MS + Math.floor((moment.getTime() - GRID_START_MS) / widthMs) * widthMs;
  const from = new Date(fromMs);
  const day = from.toISOString().slice(0, 10).replaceAll('-', '');
  return { parent: name, name: `${name}_${day}`, from, to: new Date(fromMs + widthMs) };
}

/** The leaves that hold the moments from now on, for that many days. The first holds now. */
export function leavesAhead(parent: LeafParent, now: Date, days: number): Leaf[] {
  const leaves = [leafAt(parent, now)];
  const endMs = now.getTime() + days * DAY_MS;
  for (let last = leaves[0]!; last.to.getTime() < endMs; leaves.push(last)) last = leafAt(parent, last.to);
  return leaves;
}

/**
 * True when nothing in a leaf that ends at `to` need be kept any longer. `longestDays` is the longest retention of a tier, null while a
 * tier has none: the retention of the class that is kept.
 */
export function isDue(
  { keptDays }: Pick<LeafParent, 'keptDays'>,
  to: Date,
  now: Date,
  longestDays: number | null,
): boolean {
  const days = keptDays === KEPT ? longestDays : keptDays;
  return days !== null && days > 0 && to.getTime() + days * DAY_MS <= now.getTime();
}
