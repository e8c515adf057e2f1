import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros } from '../record/micros.ts';
import { openIntervalsOf } from '../record/open-intervals.ts';
import { admissionLimitOf } from '../record/started-ahead.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

export interface CapChecked {
  readonly breaches: readonly Breach[];
  readonly openIntervals: number;
  /** How many of them were opened before their admission. */
  readonly startedAhead: number;
  /** The moment at which most executions were open, and the limit under which the last of them was admitted. */
  readonly fullest: { readonly open: number; readonly limit: number | null } | null;
}

/** An execution, or a stray, and the time in which it was open. */
interface Holder {
  readonly executionId: string;
  readonly seq: number | null;
  /** Minus infinity for a stray: it takes a place, and nobody admitted it. */
  readonly admittedAt: number;
  /** The limit that allowed it. */
  readonly limit: number | null;
  readonly startedAhead: boolean;
  /** Its row says that it was admitted under a limit, and that one was not in force. */
  readonly isUnderUnknownLimit: boolean;
  readonly from: Micros;
  readonly to: Micros | null;
}

type Fullest = NonNullable<CapChecked['fullest']> & { readonly workspaceId: string };

export function capCheck(): Check {
  let openIntervals = 0;
  let startedAhead = 0;
  let fullest: Fullest | null = null;
  return {
    name: 'CAP',
    checkWorkspace(record) {
      const checked = checkCap(record);
      openIntervals += checked.openIntervals;
      startedAhead += checked.startedAhead;
      if (checked.fullest !== null && checked.fullest.open > (fullest?.open ?? 0))
        fullest = { workspaceId: record.workspaceId, ...checked.fullest };
      return checked;
    },
    measured() {
      if (fullest === null) return 'nothing was opened';
      const { open, limit, workspaceId } = fullest;
      const ahead = startedAhead === 0 ? '' : `, ${startedAhead} of them started ahead`;
      return `${openIntervals} open intervals${ahead}; at most ${open} open at once, under a limit of ${limit} (${workspaceId})`;
    },
  };
}

/**
 * CAP: at no instant are more executions open in Temporal than their limit at admission allowed.
 *
 * A sweep over Temporal's own times. At every opening, the open executions are put in the order of their admission; the n-th of them
 * must have been admitted under a limit of at least n, because all before it held their slots when it was admitted. So a reduction
 * lets what runs run and forgives no new admission, and a raise covers only what was admitted after it. One that was started ahead of its admission is judged by
 * the limit in its row, under which it was reserved; that limit must have been in force then.
 */
export function checkCap(record: WorkspaceRecord): CapChecked {
  const holders = holdersOf(record);
  const open: Holder[] = [];
  const breaches = holders
    .filter(({ isUnderUnknownLimit }) => isUnderUnknownLimit)
    .map((holder) => unknownLimit(record, holder));
  let fullest: CapChecked['fullest'] = null;
  for (const { at, kind, holder } of eventsOf(holders)) {
    if (kind !== 'open') {
      open.splice(open.indexOf(holder), 1);
      continue;
    }
    const place = insertByAdmission(open, holder);
    const broken = open.findIndex(({ limit }, index) => index >= place && !allows(limit, index + 1));
    if (broken >= 0) breaches.push(breachOf(record, open, holder, broken, at));
    if (fullest === null || open.length > fullest.open)
      fullest = { open: open.length, limit: open.at(-1)!.limit };
  }
  const startedAhead = holders.filter((holder) => holder.startedAhead).length;
  return { breaches, openIntervals: holders.length, startedAhead, fullest };
}

/** Without resets of what had ended: those are the operator's own act. */
function holdersOf(record: WorkspaceRecord): Holder[] {
  const holders: Holder[] = record.strays.map((stray) => ({
    executionId: stray.executionId ?? stray.workflowId,
    seq: null,
    admittedAt: -Infinity,
    limit: Infinity,
    startedAhead: false,
    isUnderUnknownLimit: false,
    from: stray.startedAt,
    to: stray.closedAt,
  }));
  for (const execution of record.executions) {
    const { admittedAt } = execution;
    if (admittedAt === null) continue;
    for (const opening of openIntervalsOf(execution)) {
      if (opening.isReset) continue;
      const { limit, isBelieved } = admissionLimitOf(record, { ...execution, admittedAt }, opening.from);
      holders.push({
        executionId: execution.id,
        seq: execution.seq,
        admittedAt,
        limit,
        startedAhead: execution.startedAhead,
        isUnderUnknownLimit: !isBelieved,
        from: opening.from,
        to: opening.to,
      });
    }
  }
  return holders;
}

interface Event {
  readonly at: Micros;
  readonly kind: 'open' | 'close' | 'close-at-once';
  readonly holder: Holder;
}

const ORDER_WITHIN_ONE_INSTANT = { close: 0, open: 1, 'close-at-once': 2 } as const;

/**
 * Ends before openings of the same microsecond: Temporal records an end before Sluice can hear of it, so a handoff's opening is
 * truly later. An execution that opened and closed within one microsecond was open all the same.
 */
function eventsOf(holders: readonly Holder[]): Event[] {
  const events: Event[] = [];
  for (const holder of holders) {
    events.push({ at: holder.from, kind: 'open', holder });
    if (holder.to !== null)
      events.push({
        at: Math.max(holder.to, holder.from),
        kind: holder.to > holder.from ? 'close' : 'close-at-once',
        holder,
      });
  }
  return events.sort(
    (a, b) => a.at - b.at || ORDER_WITHIN_ONE_INSTANT[a.kind] - ORDER_WITHIN_ONE_INSTANT[b.kind],
  );
}

/** Rows of one claim carry the same stamp; they were claimed by seq. */
function insertByAdmission(open: Holder[], holder: Holder): number {
  let place = open.length;
  while (place > 0 && admittedBefore(holder, open[place - 1]!)) place--;
  open.splice(place, 0, holder);
  return place;
}

function admittedBefore(a: Holder, b: Holder): boolean {
  return a.admittedAt === b.admittedAt ? (a.seq ?? 0) < (b.seq ?? 0) : a.admittedAt < b.admittedAt;
}

function allows(limit: number | null, open: number): boolean {
  return limit !== null && open <= limit;
}

function unknownLimit(
  { workspaceId }: WorkspaceRecord,
  { executionId, seq, admittedAt, limit, from }: Holder,
): Breach {
  return {
    workspaceId,
    executionIds: [executionId],
    seqs: [seq],
    times: [isoOf(from), isoOf(admittedAt)],
    what: `Execution ${executionId} (seq ${seq}) was admitted under a limit that was not in force: it was started at ${isoOf(from)}, ahead of its admission at ${isoOf(admittedAt)}, under a limit of ${limit}.`,
  };
}

function breachOf(
  record: WorkspaceRecord,
  open: readonly Holder[],
  opened: Holder,
  broken: number,
  at: Micros,
): Breach {
  const over = open[broken]!;
  const upToIt = open.slice(0, broken + 1);
  const why =
    over.limit === null
      ? 'no limit is recorded that was in force at its admission'
      : `${upToIt.length} were open that had been admitted no later than it, and its limit at admission was ${over.limit}`;
  const opening =
    over === opened ? '' : ` when execution ${opened.executionId} opened, which was admitted before it`;
  return {
    workspaceId: record.workspaceId,
    executionIds: [over.executionId, ...upToIt.slice(0, -1).map((holder) => holder.executionId)],
    seqs: [over, ...upToIt.slice(0, -1)].flatMap((holder) => holder.seq ?? []),
    times: [isoOf(at)],
    what: `Execution ${over.executionId} (seq ${over.seq}) was open${opening} at ${isoOf(at)} over the limit: ${why}.`,
  };
}
