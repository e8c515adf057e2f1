import { TIERS, type Tier } from '../../../src/domain/tier.ts';
import { type ChaosWorkspace, WORKSPACES } from '../load/load.ts';
import { type Seeded, seeded } from './seeded.ts';

export const APIS = ['api-1', 'api-2'] as const;
export const WORKERS = ['worker-1', 'worker-2'] as const;
export type OwnProcess = (typeof APIS)[number] | (typeof WORKERS)[number];
/** Workers of the workspaces with `workers: external`. */
export const FOREIGN_WORKERS = ['foreign-1', 'foreign-2'] as const;
export type ForeignWorker = (typeof FOREIGN_WORKERS)[number];
/** Services that enqueue by SQL, in their own transactions. */
export const CALLERS = ['caller-1', 'caller-2'] as const;
export type Caller = (typeof CALLERS)[number];
export type Target = OwnProcess | ForeignWorker | Caller | 'temporal' | 'postgres';

export type Fault =
  /** `kill -9`; of Postgres with all its sessions. The supervisor starts it again after `downMs`. */
  | { readonly kind: 'kill'; readonly targets: readonly Target[]; readonly downMs: number }
  /** SIGQUIT to Postgres: what `pg_ctl stop -m immediate` sends. */
  | { readonly kind: 'postgres-immediate'; readonly downMs: number }
  /** SIGSTOP, and SIGCONT after `ms`. */
  | { readonly kind: 'freeze'; readonly target: Target; readonly ms: number }
  | {
      readonly kind: 'gate';
      readonly act: 'terminate' | 'cancel' | 'reset';
      readonly workspaceId: string;
      readonly where: number;
    }
  | {
      readonly kind: 'child';
      readonly act: 'terminate' | 'cancel' | 'reset';
      readonly workspaceId: string;
      readonly where: number;
    }
  /** Of the watch of a gate that has adopted children. A pause is left to Sluice. */
  | { readonly kind: 'watch'; readonly act: 'pause' | 'reset'; readonly workspaceId: string }
  /** Of a running child's activity. A pause is taken back after `ms`. */
  | {
      readonly kind: 'activity';
      readonly act: 'pause' | 'reset';
      readonly workspaceId: string;
      readonly where: number;
      readonly ms: number;
    }
  | { readonly kind: 'pause-sweep'; readonly ms: number }
  /** What a failover does: sessions end, and new ones can only read, for `ms`. They stay open after that. */
  | { readonly kind: 'read-only'; readonly ms: number }
  | { readonly kind: 'cut-connections' }
  | { readonly kind: 'signal-burst'; readonly workspaceId: string; readonly count: number }
  | { readonly kind: 'resize'; readonly workspaceId: string; readonly settings: ChaosWorkspace['settings'] }
  /** Through the API: of all workspaces of the tier that have no override. */
  | { readonly kind: 'resize-tier'; readonly tier: Tier; readonly limit: number }
  /** Through the API. It ends by itself after `ms`, or somebody resumes the workspace then. */
  | {
      readonly kind: 'pause';
      readonly act: 'for a time' | 'until resumed';
      readonly workspaceId: string;
      readonly ms: number;
    }
  /** Through the API, of the workspace that comes and goes, with all its work; after `ms` it is put again as soon as it can be. */
  | { readonly kind: 'delete'; readonly ms: number }
  /** Through the API: on all executions of a workspace that match, or of all of them. */
  | {
      readonly kind: 'bulk';
      readonly act: 'cancel' | 'terminate' | 'rerun';
      readonly workspaceId: string | null;
    }
  /** Through the API, of the newest executions: some pending, some running. */
  | {
      readonly kind: 'executions';
      readonly act: 'cancel' | 'terminate';
      readonly workspaceId: string;
      readonly count: number;
    }
  /** Through the API: the limit of a workspace with a queue, and what it was again after `ms`. */
  | { readonly kind: 'cut'; readonly workspaceId: string; readonly limit: number; readonly ms: number }
  /** Through the API, of the first executions of a queue, while one that runs is ended in Temporal. */
  | {
      readonly kind: 'head';
      readonly act: 'cancel' | 'terminate';
      readonly workspaceId: string;
      readonly count: number;
    }
  /** `afterMs` after one of its executions was ended in Temporal, before, in or after the task in which the gate hears of it. */
  | {
      readonly kind: 'gate-after-end';
      readonly act: 'terminate' | 'cancel' | 'reset';
      readonly workspaceId: string;
      readonly afterMs: number;
      readonly where: number;
    };

export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
  /** Nothing else happens for a while before and after, so that what it costs can be told. */
  readonly alone: boolean;
}

/** Longer than a workflow task may take (10 s), so that the server gives a frozen worker's task to another. */
const FREEZE_MS = 12_500;

/** Postgres and Temporal stand for everything: shorter, yet longer than a statement or a lock may take (5 s, 2 s). */
const FREEZE_SERVER_MS = 6_500;

const GAP_MIN_MS = 500;
const GAP_MAX_MS = 2_600;

/** Around a fault whose cost is measured. A killed worker's tasks come back after 10 s. */
const QUIET_BEFORE_MS = 8_000;
const QUIET_AFTER_MS = 16_000;

/** A shorter run has no room for quiet. */
const MEASURED_FROM_MS = 60_000;

/**
 * The faults of a run, in order: a function of the seed, the length, and whether gates hold reservations. Then others join the deck, which are aimed at what a gate does
 * ahead of Postgres.
 */
export function planFaults(
  seed: number,
  lengthMs: number,
  { reservations = false }: { readonly reservations?: boolean } = {},
): PlannedFault[] {
  const ofRun = reservations ? [...CARDS, ...AIMED_CARDS] : CARDS;
  const random = seeded(seed);
  const plan: PlannedFault[] = [];
  let atMs = 2_000;
  let deck: Card[] = [];
  while (atMs < lengthMs) {
    if (deck.length === 0)
      deck = random.shuffled(ofRun.filter((card) => !card.alone || lengthMs >= MEASURED_FROM_MS));
    const card = deck.pop()!;
    if (card.alone) atMs += QUIET_BEFORE_MS;
    if (atMs >= lengthMs) break;
    plan.push({ atMs, fault: card.draw(random), alone: card.alone });
    atMs += card.alone ? QUIET_AFTER_MS : random.whole(GAP_MIN_MS, GAP_MAX_MS);
  }
  return plan;
}

interface Card {
  readonly alone: boolean;
  draw(random: Seeded): Fault;
}

/** The deck is shuffled and dealt to its end again and again, so that every kind comes up soon and none is forgotten. */
const CARDS: readonly Card[] = [
  ...cards(4, (r) => kill([r.pick(WORKERS)], r)),
  ...cards(4, (r) => kill([r.pick(APIS)], r)),
  ...cards(2, (r) => kill(['temporal'], r)),
  ...cards(2, (r) => kill(['postgres'], r)),
  ...cards(1, (r) => kill(WORKERS, r)),
  ...cards(3, (r) => kill([r.pick(FOREIGN_WORKERS)], r)),
  ...cards(3, (r) => kill([r.pick(CALLERS)], r)),
  ...cards(1, (r) => kill([...APIS, ...WORKERS, ...FOREIGN_WORKERS, ...CALLERS, 'temporal', 'postgres'], r)),
  ...cards(1, (r) => ({ kind: 'postgres-immediate', downMs: downMs(r) })),
  ...cards(1, (r) => ({ kind: 'freeze', target: r.pick(WORKERS), ms: FREEZE_MS })),
  ...cards(1, (r) => ({ kind: 'freeze', target: r.pick(APIS), ms: FREEZE_MS })),
  ...cards(1, (r) => ({ kind: 'freeze', target: r.pick(FOREIGN_WORKERS), ms: FREEZE_MS })),
  ...cards(1, (r) => ({ kind: 'freeze', target: r.pick(CALLERS), ms: FREEZE_MS })),
  ...cards(1, () => ({ kind: 'freeze', target: 'postgres', ms: FREEZE_SERVER_MS })),
  ...cards(1, () => ({ kind: 'freeze', target: 'temporal', ms: FREEZE_SERVER_MS })),
  ...cards(2, (r) => gate('terminate', r)),
  ...cards(1, (r) => gate('cancel', r)),
  ...cards(2, (r) => gate('reset', r)),
  ...cards(1, (r) => child('terminate', r)),
  ...cards(1, (r) => child('cancel', r)),
  ...cards(2, (r) => child('reset', r)),
  ...cards(2, (r) => ({ kind: 'watch', act: 'pause', workspaceId: workspaceId(r) })),
  ...cards(1, (r) => ({ kind: 'watch', act: 'reset', workspaceId: workspaceId(r) })),
  ...cards(2, (r) => activity('pause', r)),
  ...cards(1, (r) => activity('reset', r)),
  ...cards(2, (r) => ({ kind: 'read-only', ms: r.whole(2_000, 5_000) })),
  ...cards(1, (r) => ({ kind: 'pause-sweep', ms: r.whole(4_000, 12_000) })),
  ...cards(2, () => ({ kind: 'cut-connections' })),
  ...cards(2, (r) => ({ kind: 'signal-burst', workspaceId: workspaceId(r), count: 150 })),
  ...cards(4, resize),
  ...cards(2, (r) => ({ kind: 'resize-tier', tier: r.pick(TIERS), limit: r.pick([3, 5, 8, 12]) })),
  ...cards(2, (r) => pause('for a time', r)),
  ...cards(1, (r) => pause('until resumed', r)),
  ...cards(3, (r) => ({ kind: 'delete', ms: r.whole(0, 4_000) })),
  ...cards(2, (r) => bulk('cancel', r)),
  ...cards(1, (r) => bulk('terminate', r)),
  ...cards(3, (r) => bulk('rerun', r)),
  ...cards(3, (r) => executions('cancel', r)),
  ...cards(2, (r) => executions('terminate', r)),
  ...cards(1, (r) => kill([r.pick(WORKERS)], r), { alone: true }),
  ...cards(1, (r) => gate('terminate', r), { alone: true }),
];

const AIMED_CARDS: readonly Card[] = [
  ...cards(4, (r) => ({
    kind: 'cut',
    workspaceId: workspaceId(r),
    limit: r.whole(1, 2),
    ms: r.whole(50, 2_000),
  })),
  ...cards(3, (r) => head('cancel', r)),
  ...cards(2, (r) => head('terminate', r)),
  ...cards(3, (r) => ({ ...pause('until resumed', r), ms: r.whole(50, 900) })),
  ...cards(3, (r) => gateAfterEnd('terminate', r)),
  ...cards(4, (r) => gateAfterEnd('reset', r)),
  ...cards(2, (r) => gateAfterEnd('cancel', r)),
];

function cards(count: number, draw: Card['draw'], { alone = false } = {}): Card[] {
  return Array.from({ length: count }, () => ({ alone, draw }));
}

function kill(targets: readonly Target[], random: Seeded): Fault {
  return { kind: 'kill', targets, downMs: downMs(random) };
}

function gate(act: 'terminate' | 'cancel' | 'reset', random: Seeded): Fault {
  return { kind: 'gate', act, workspaceId: workspaceId(random), where: random.fraction() };
}

function child(act: 'terminate' | 'cancel' | 'reset', random: Seeded): Fault {
  return { kind: 'child', act, workspaceId: workspaceId(random), where: random.fraction() };
}

function activity(act: 'pause' | 'reset', random: Seeded): Fault {
  const [workspace, where] = [workspaceId(random), random.fraction()];
  return { kind: 'activity', act, workspaceId: workspace, where, ms: random.whole(2_000, 8_000) };
}

function executions(act: 'cancel' | 'terminate', random: Seeded): Fault {
  return { kind: 'executions', act, workspaceId: workspaceId(random), count: random.whole(1, 6) };
}

function head(act: 'cancel' | 'terminate', random: Seeded): Fault {
  return { kind: 'head', act, workspaceId: workspaceId(random), count: random.whole(1, 8) };
}

/** A reset is to one of its last tasks: there it has a reservation that was used since. */
function gateAfterEnd(act: 'terminate' | 'cancel' | 'reset', random: Seeded): Fault {
  const [afterMs, where] = [random.whole(0, 150), 0.8 + 0.2 * random.fraction()];
  return { kind: 'gate-after-end', act, workspaceId: workspaceId(random), afterMs, where };
}

function bulk(act: 'cancel' | 'terminate' | 'rerun', random: Seeded): Fault {
  return { kind: 'bulk', act, workspaceId: random.fraction() < 0.3 ? null : workspaceId(random) };
}

function pause(act: 'for a time' | 'until resumed', random: Seeded): Extract<Fault, { kind: 'pause' }> {
  return { kind: 'pause', act, workspaceId: workspaceId(random), ms: random.whole(2_000, 8_000) };
}

function resize(random: Seeded): Fault {
  const tier = random.pick(['pro', 'enterprise'] as const);
  const limitOverride = random.fraction() < 0.5 ? null : random.pick([2, 3, 7, 15, 25]);
  return { kind: 'resize', workspaceId: workspaceId(random), settings: { tier, limitOverride } };
}

function workspaceId(random: Seeded): string {
  return random.pick(WORKSPACES).id;
}

function downMs(random: Seeded): number {
  return random.whole(100, 2_500);
}

/** One line for people. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.targets.join(' ')} (down for ${fault.downMs} ms)`;
    case 'postgres-immediate':
      return `postgres stopped in immediate mode (down for ${fault.downMs} ms)`;
    case 'freeze':
      return `SIGSTOP ${fault.target} for ${fault.ms} ms`;
    case 'gate':
      return `gate of ${fault.workspaceId}: ${fault.act}`;
    case 'child':
      return `a child of ${fault.workspaceId}: ${fault.act}`;
    case 'watch':
      return `the watch of the gate of ${fault.workspaceId}: ${fault.act}`;
    case 'activity':
      return `an activity of a child of ${fault.workspaceId}: ${fault.act}${fault.act === 'pause' ? ` for ${fault.ms} ms` : ''}`;
    case 'read-only':
      return `a failover of postgres: read only for ${fault.ms} ms`;
    case 'pause-sweep':
      return `sweep paused for ${fault.ms} ms`;
    case 'cut-connections':
      return 'all connections to postgres cut';
    case 'signal-burst':
      return `${fault.count} wakes at once for the gate of ${fault.workspaceId}`;
    case 'pause':
      return `${fault.workspaceId} is paused ${fault.act}, ${fault.ms} ms`;
    case 'delete':
      return `a workspace is deleted with its work, and put again after ${fault.ms} ms`;
    case 'bulk':
      return `${fault.act} of all that match in ${fault.workspaceId ?? 'all workspaces'}`;
    case 'resize':
      return `${fault.workspaceId} becomes ${fault.settings.tier}, override ${fault.settings.limitOverride ?? 'none'}`;
    case 'resize-tier':
      return `the tier ${fault.tier} gets the limit ${fault.limit}`;
    case 'executions':
      return `${fault.count} executions of ${fault.workspaceId}: ${fault.act}`;
    case 'cut':
      return `the limit of ${fault.workspaceId}, or of one with a queue, becomes ${fault.limit} for ${fault.ms} ms`;
    case 'head':
      return `the first ${fault.count} in the queue of ${fault.workspaceId}, or of another, while one ends: ${fault.act}`;
    case 'gate-after-end':
      return `gate of ${fault.workspaceId}, or of one with a queue, ${fault.afterMs} ms after an end: ${fault.act}`;
    default:
      throw new Error(`unknown fault ${JSON.stringify(fault satisfies never)}`);
  }
}
