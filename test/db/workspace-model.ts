import type { CloseStatus, Status } from '../../src/domain/status.ts';
import type { Tier } from '../../src/domain/tier.ts';

/** One workspace as Postgres should hold it, and executions known by their number, in the order in which they were made. Plain data, so that it compares and prints. */
export interface ModelState {
  /** What the rows of the tiers give. */
  readonly tierLimits: Readonly<Record<Tier, number>>;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limitInForce: number;
  readonly scheduled: number;
  readonly pending: number;
  readonly running: number;
  readonly rows: readonly ModelRow[];
  readonly limitChanges: readonly ModelLimitChange[];
}

export interface ModelRow {
  /** Null until it enters the queue. */
  readonly seq: number | null;
  readonly status: Status;
  readonly key: string | null;
  readonly input: string;
  /** `later`: to come. A number: it has come, before that of a higher one. Null: there is none. */
  readonly startAfter: 'later' | number | null;
  readonly startBefore: 'later' | 'passed' | null;
  readonly startRecorded: boolean;
  readonly cancelRequested: boolean;
  readonly cancelDelivered: boolean;
}

export interface ModelLimitChange {
  readonly source: 'api' | 'signal' | 'tier';
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limit: number;
  readonly signalKey: string | null;
}

/** A request to the database, executions by their number. */
export type Operation =
  | {
      readonly kind: 'enqueue';
      readonly key: string | null;
      readonly input: string;
      readonly ifBusy: 'queue' | 'reject';
      /** Whether it is to enter the queue later, and to be admitted before a time. */
      readonly later: boolean;
      readonly before: boolean;
      /** Which of several API processes is asked. */
      readonly process: number;
    }
  | { readonly kind: 'cancel'; readonly n: number }
  /** The time of executions has come, of the first one first; or their last one has passed. */
  | {
      readonly kind: 'time-passes';
      readonly startAfter: readonly number[];
      readonly startBefore: readonly number[];
    }
  | { readonly kind: 'advance' }
  | { readonly kind: 'change-tier'; readonly tier: Tier; readonly limit: number }
  | {
      readonly kind: 'change';
      readonly patch: { readonly tier?: Tier; readonly limitOverride?: number | null };
    }
  | {
      readonly kind: 'reconcile';
      readonly claim: boolean;
      /** Null: no bound. */
      readonly startsAtMost: number | null;
      readonly known: readonly number[];
      readonly started: readonly number[];
      readonly closed: readonly { readonly n: number; readonly status: CloseStatus }[];
      readonly cancelsDelivered: readonly number[];
      readonly wishes: readonly { readonly key: string; readonly limitOverride: number | null }[];
    };

/** What the caller was told, and how things are afterwards. */
export interface Told {
  readonly state: ModelState;
  readonly answer: unknown;
}

/** The rules, one operation after the other: what any mix of operations at once must look like in some order. */
export function perform(state: ModelState, operation: Operation, maxPending: (tier: Tier) => number): Told {
  switch (operation.kind) {
    case 'enqueue':
      return enqueue(state, operation, maxPending(state.tier));
    case 'cancel':
      return cancel(state, operation.n);
    case 'time-passes':
      return timePasses(state, operation);
    case 'advance':
      return advance(state);
    case 'change-tier':
      return changeTier(state, operation);
    case 'change':
      return change(state, operation);
    case 'reconcile':
      return reconcile(state, operation);
    default:
      throw new Error(`unknown operation ${operation satisfies never}`);
  }
}

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

function enqueue(
  state: ModelState,
  { key, input, ifBusy, later, before }: Of<'enqueue'>,
  maxPending: number,
): Told {
  const first = key === null ? undefined : state.rows.find((row) => row.key === key);
  if (first !== undefined) {
    const isSame =
      first.input === input &&
      (first.startAfter !== null) === later &&
      (first.startBefore !== null) === before;
    return {
      state,
      answer: isSame ? { seq: first.seq, repeated: true } : { error: 'IdempotencyKeyReusedError' },
    };
  }
  if (ifBusy === 'reject' && later) return { state, answer: { error: 'InvalidAttributeError' } };
  const limit = state.limitOverride ?? state.tierLimits[state.tier];
  if (ifBusy === 'reject' && state.running + state.pending >= limit)
    return { state, answer: { error: 'NoFreeSlotError' } };
  if (count(state.rows, 'pending') + count(state.rows, 'scheduled') >= maxPending)
    return { state, answer: { error: 'QueueFullError' } };
  const seq = later ? null : lastSeqOf(state) + 1;
  const row: ModelRow = {
    seq,
    status: later ? 'scheduled' : 'pending',
    key,
    input,
    startAfter: later ? 'later' : null,
    startBefore: before ? 'later' : null,
    startRecorded: false,
    cancelRequested: false,
    cancelDelivered: false,
  };
  return { state: counted({ ...state, rows: [...state.rows, row] }), answer: { seq, repeated: false } };
}

function lastSeqOf({ rows }: ModelState): number {
  return Math.max(0, ...rows.map(({ seq }) => seq ?? 0));
}

/** Rows with their numbers. */
const numbered = ({ rows }: ModelState) => rows.map((row, index) => ({ ...row, n: index + 1 }));

/** Of executions that have no slot and have not ended; nothing else is read of the others' times. */
function timePasses(state: ModelState, { startAfter, startBefore }: Of<'time-passes'>): Told {
  let after = state;
  for (const [index, n] of startAfter.entries())
    if (after.rows[n - 1]!.status === 'scheduled')
      after = withRow(after, n, { startAfter: index * 1_000 + n });
  for (const n of startBefore) {
    const { status, startBefore: before, startAfter: from } = after.rows[n - 1]!;
    const isDue = status === 'pending' || (status === 'scheduled' && from !== 'later');
    if (isDue && before !== null) after = withRow(after, n, { startBefore: 'passed' });
  }
  return { state: after, answer: 'passed' };
}

function advance(before: ModelState): Told {
  let state = before;
  const overdue = numbered(state).filter(
    ({ status, startBefore }) => ['scheduled', 'pending'].includes(status) && startBefore === 'passed',
  );
  for (const { n } of overdue) state = withRow(state, n, { status: 'expired' });
  const due = numbered(state)
    .filter(({ status, startAfter }) => status === 'scheduled' && startAfter !== 'later')
    .sort((a, b) => Number(a.startAfter) - Number(b.startAfter));
  for (const { n } of due) state = withRow(state, n, { status: 'pending', seq: lastSeqOf(state) + 1 });
  return {
    state: counted(state),
    answer: { entered: due.map(({ n }) => n), expired: overdue.map(({ n }) => n) },
  };
}

function cancel(state: ModelState, n: number): Told {
  const { status } = state.rows[n - 1]!;
  switch (status) {
    case 'scheduled':
    case 'pending':
      return {
        state: counted(withRow(state, n, { status: 'cancelled', cancelRequested: true })),
        answer: { effect: 'cancelled' },
      };
    case 'running':
      return { state: withRow(state, n, { cancelRequested: true }), answer: { effect: 'requested' } };
    default:
      return { state, answer: { effect: 'had-ended' } };
  }
}

/** The workspace follows when something is next done to it. */
function changeTier(state: ModelState, { tier, limit }: Of<'change-tier'>): Told {
  return {
    state: { ...state, tierLimits: { ...state.tierLimits, [tier]: limit } },
    answer: { isRaised: limit > state.tierLimits[tier] },
  };
}

function change(state: ModelState, { patch }: Of<'change'>): Told {
  const { tier, limitOverride } = { tier: state.tier, limitOverride: state.limitOverride, ...patch };
  const limit = limitOverride ?? state.tierLimits[tier];
  const isAskedFor = tier !== state.tier || limitOverride !== state.limitOverride;
  if (!isAskedFor && limit === state.limitInForce) return { state, answer: { change: 'none' } };
  const source = isAskedFor ? 'api' : 'tier';
  const changed = { source, tier, limitOverride, limit, signalKey: null } as const;
  return {
    state: {
      ...state,
      tier,
      limitOverride,
      limitInForce: limit,
      limitChanges: [...state.limitChanges, changed],
    },
    answer: { change: 'changed' },
  };
}

function reconcile(before: ModelState, operation: Of<'reconcile'>): Told {
  let state = putLimitInForce(before, operation);
  const isLive = (n: number) => ['pending', 'running'].includes(state.rows[n - 1]!.status);
  for (const n of operation.started) if (isLive(n)) state = withRow(state, n, { startRecorded: true });
  for (const n of operation.cancelsDelivered)
    if (isLive(n)) state = withRow(state, n, { cancelDelivered: true });
  for (const { n, status } of operation.closed)
    if (state.rows[n - 1]!.status === 'running') state = withRow(state, n, { status });
  const isToStart = ({ n, status, startRecorded }: ModelRow & { n: number }) =>
    status === 'running' && !startRecorded && !operation.known.includes(n);
  const bySeq = () => numbered(state).sort((a, b) => a.seq! - b.seq!);
  const toStart = numbered(state).filter(isToStart).length;
  const startsAtMost = operation.startsAtMost ?? Infinity;
  const free = operation.claim
    ? Math.min(state.limitInForce - count(state.rows, 'running'), startsAtMost - toStart)
    : 0;
  const next = bySeq()
    .filter((row) => row.status === 'pending' && row.startBefore !== 'passed')
    .slice(0, Math.max(0, free));
  for (const { n } of next) state = withRow(state, n, { status: 'running' });
  state = counted(state);
  const running = bySeq().filter((row) => row.status === 'running');
  const started = new Set(running.filter(isToStart).slice(0, startsAtMost));
  const wanted = (row: ModelRow) => row.cancelRequested && !row.cancelDelivered;
  return {
    state,
    answer: {
      tier: state.tier,
      limit: state.limitInForce,
      running: state.running,
      pending: state.pending,
      claimed: next.length,
      admitted: running
        .filter((row) => !operation.known.includes(row.n) && (row.startRecorded || started.has(row)))
        .map((row) => ({
          seq: row.seq,
          next: row.startRecorded ? 'watch' : 'start',
          input: row.startRecorded ? null : row.input,
          cancelRequested: wanted(row),
        })),
      cancel: running.filter((row) => operation.known.includes(row.n) && wanted(row)).map(({ n }) => n),
      more: false,
      startsHeldBack:
        operation.claim &&
        (toStart > startsAtMost ||
          (next.length === Math.max(0, free) && state.pending > 0 && state.running < state.limitInForce)),
    },
  };
}

function putLimitInForce(state: ModelState, { wishes }: Of<'reconcile'>): ModelState {
  const { tier } = state;
  const tierLimit = state.tierLimits[tier];
  let { limitOverride, limitInForce } = state;
  const limitChanges = [...state.limitChanges];
  for (const request of wishes) {
    if (limitChanges.some(({ signalKey }) => signalKey === request.key)) continue;
    limitOverride = request.limitOverride;
    limitInForce = limitOverride ?? tierLimit;
    limitChanges.push({ source: 'signal', tier, limitOverride, limit: limitInForce, signalKey: request.key });
  }
  const limit = limitOverride ?? tierLimit;
  if (limit !== limitInForce)
    limitChanges.push({ source: 'tier', tier, limitOverride, limit, signalKey: null });
  return { ...state, limitOverride, limitInForce: limit, limitChanges };
}

function withRow(state: ModelState, n: number, fields: Partial<ModelRow>): ModelState {
  return { ...state, rows: state.rows.map((row, index) => (index === n - 1 ? { ...row, ...fields } : row)) };
}

function counted(state: ModelState): ModelState {
  return {
    ...state,
    scheduled: count(state.rows, 'scheduled'),
    pending: count(state.rows, 'pending'),
    running: count(state.rows, 'running'),
  };
}

function count(rows: readonly ModelRow[], status: Status): number {
  return rows.filter((row) => row.status === status).length;
}
