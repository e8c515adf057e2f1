import type { CloseStatus, Status } from '../../src/domain/status.ts';
import type { Tier } from '../../src/domain/tier.ts';

/** One workspace as Postgres should hold it, and executions known by their seq. Plain data, so that it compares and prints. */
export interface ModelState {
  /** What the rows of the tiers give. */
  readonly tierLimits: Readonly<Record<Tier, number>>;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limitInForce: number;
  readonly pending: number;
  readonly running: number;
  readonly rows: readonly ModelRow[];
  readonly limitChanges: readonly ModelLimitChange[];
}

export interface ModelRow {
  readonly seq: number;
  readonly status: Status;
  readonly key: string | null;
  readonly input: string;
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

/** A request to the database, executions by their seq. */
export type Operation =
  | {
      readonly kind: 'enqueue';
      readonly key: string | null;
      readonly input: string;
      readonly ifBusy: 'queue' | 'reject';
      /** Which of several API processes is asked. */
      readonly process: number;
    }
  | { readonly kind: 'cancel'; readonly seq: number }
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
      readonly closed: readonly { readonly seq: number; readonly status: CloseStatus }[];
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
      return cancel(state, operation.seq);
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

function enqueue(state: ModelState, { key, input, ifBusy }: Of<'enqueue'>, maxPending: number): Told {
  const first = key === null ? undefined : state.rows.find((row) => row.key === key);
  if (first !== undefined) {
    const answer =
      first.input === input ? { seq: first.seq, repeated: true } : { error: 'IdempotencyKeyReusedError' };
    return { state, answer };
  }
  const limit = state.limitOverride ?? state.tierLimits[state.tier];
  if (ifBusy === 'reject' && state.running + state.pending >= limit)
    return { state, answer: { error: 'NoFreeSlotError' } };
  if (count(state.rows, 'pending') >= maxPending) return { state, answer: { error: 'QueueFullError' } };
  const seq = state.rows.length + 1;
  const row: ModelRow = {
    seq,
    status: 'pending',
    key,
    input,
    startRecorded: false,
    cancelRequested: false,
    cancelDelivered: false,
  };
  return { state: counted({ ...state, rows: [...state.rows, row] }), answer: { seq, repeated: false } };
}

function cancel(state: ModelState, seq: number): Told {
  const { status } = state.rows[seq - 1]!;
  switch (status) {
    case 'pending':
      return {
        state: counted(withRow(state, seq, { status: 'cancelled', cancelRequested: true })),
        answer: { effect: 'cancelled' },
      };
    case 'running':
      return { state: withRow(state, seq, { cancelRequested: true }), answer: { effect: 'requested' } };
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
  const isLive = (seq: number) => ['pending', 'running'].includes(state.rows[seq - 1]!.status);
  for (const seq of operation.started) if (isLive(seq)) state = withRow(state, seq, { startRecorded: true });
  for (const seq of operation.cancelsDelivered)
    if (isLive(seq)) state = withRow(state, seq, { cancelDelivered: true });
  for (const { seq, status } of operation.closed)
    if (state.rows[seq - 1]!.status === 'running') state = withRow(state, seq, { status });
  const isToStart = ({ seq, status, startRecorded }: ModelRow) =>
    status === 'running' && !startRecorded && !operation.known.includes(seq);
  const toStart = state.rows.filter(isToStart).length;
  const startsAtMost = operation.startsAtMost ?? Infinity;
  const free = operation.claim
    ? Math.min(state.limitInForce - count(state.rows, 'running'), startsAtMost - toStart)
    : 0;
  const next = state.rows.filter((row) => row.status === 'pending').slice(0, Math.max(0, free));
  for (const { seq } of next) state = withRow(state, seq, { status: 'running' });
  state = counted(state);
  const running = state.rows.filter((row) => row.status === 'running');
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
        .filter((row) => !operation.known.includes(row.seq) && (row.startRecorded || started.has(row)))
        .map((row) => ({
          seq: row.seq,
          next: row.startRecorded ? 'watch' : 'start',
          input: row.startRecorded ? null : row.input,
          cancelRequested: wanted(row),
        })),
      cancel: running.filter((row) => operation.known.includes(row.seq) && wanted(row)).map(({ seq }) => seq),
      more: false,
      startsHeldBack:
        operation.claim &&
        (toStart > startsAtMost || (state.pending > 0 && state.running < state.limitInForce)),
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

function withRow(state: ModelState, seq: number, fields: Partial<ModelRow>): ModelState {
  return { ...state, rows: state.rows.map((row) => (row.seq === seq ? { ...row, ...fields } : row)) };
}

function counted(state: ModelState): ModelState {
  return { ...state, pending: count(state.rows, 'pending'), running: count(state.rows, 'running') };
}

function count(rows: readonly ModelRow[], status: Status): number {
  return rows.filter((row) => row.status === status).length;
}
