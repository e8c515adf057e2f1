import type { Seeded } from '../faults/seeded.ts';
import { BILLED, FLEETING, FOREIGN_WORKSPACES } from '../load/load.ts';

/** Workspaces whose executions callers ask for by SQL, beside the clients of the API. */
export const CALLED_WORKSPACES: readonly string[] = [
  'pro-a',
  'enterprise-a',
  'wide',
  FOREIGN_WORKSPACES['foreign-1'].id,
  BILLED.id,
  FLEETING.id,
];

/** Begins the name of a workspace that only a transaction that was rolled back has asked for. */
export const GHOST = 'ghost';

/** One row of the callers' own table, and what it has Sluice do. */
export interface Order {
  readonly workspaceId: string;
  readonly key: string | null;
  readonly workflowType: string;
  /** JSON text. */
  readonly input: string | null;
  readonly startAfterMs: number | null;
  readonly startBeforeMs: number | null;
}

export type Step =
  | { readonly kind: 'order'; readonly order: Order }
  /** Behind a savepoint that is rolled back to. */
  | { readonly kind: 'undone'; readonly order: Order }
  | { readonly kind: 'plan'; readonly workspaceId: string; readonly tier: 'pro' | 'enterprise' };

/** One transaction of a caller. */
export interface PlannedTransaction {
  readonly steps: readonly Step[];
  readonly end: 'commit' | 'roll back';
  /** How long it stays open after its last statement. */
  readonly openMs: number;
  /** Where its process kills itself, in respect of its end. */
  readonly dies: 'before' | 'at' | 'after' | null;
}

/** What a caller has asked for before. */
export interface Memory {
  /** Committed, with a key. */
  readonly committed: readonly Order[];
  /** The name of the transaction, unlike all others of the run. */
  readonly name: string;
  readonly nowMs: number;
}

const ROLLED_BACK_SHARE = 0.2;
const PLAN_SHARE = 0.12;
const UNDONE_SHARE = 0.15;
const SLOW_SHARE = 0.2;
const SLOW_MAX_MS = 6_000;

/** Longer than the ids that a look at the inbox alone goes back. */
const VERY_SLOW_SHARE = 0.03;
const VERY_SLOW_MS = 15_000;

/** Each of before, at and after. */
const DEATH_SHARE = 0.03;

const NO_KEY_SHARE = 0.15;
const SHARED_KEY_SHARE = 0.15;
const REPEATED_KEY_SHARE = 0.08;
const REUSED_KEY_SHARE = 0.05;

/** Callers that use the same shared key use it within such a time. */
const SHARED_FOR_MS = 1_500;

const SCHEDULED_SHARE = 0.1;
const BEFORE_SHARE = 0.05;

/** What a caller does next. */
export function nextTransaction(random: Seeded, memory: Memory): PlannedTransaction {
  const rollsBack = random.fraction() < ROLLED_BACK_SHARE;
  const count = random.pick([1, 1, 1, 2, 3]);
  const steps: Step[] =
    random.fraction() < PLAN_SHARE
      ? [nextPlan(random, memory, rollsBack)]
      : Array.from({ length: count }, (_, nth) => ({
          kind: random.fraction() < UNDONE_SHARE ? 'undone' : 'order',
          order: nextOrder(random, memory, nth),
        }));
  return {
    steps,
    end: rollsBack ? 'roll back' : 'commit',
    openMs: nextOpenMs(random),
    dies: nextDeath(random),
  };
}

function nextPlan(random: Seeded, { name }: Memory, rollsBack: boolean): Step {
  const tier = random.pick(['pro', 'enterprise'] as const);
  return { kind: 'plan', workspaceId: rollsBack ? `${GHOST}-${name}` : BILLED.id, tier };
}

function nextOrder(random: Seeded, memory: Memory, nth: number): Order {
  const workspaceId = random.pick(CALLED_WORKSPACES);
  const work = nextWork(random);
  const plain = { workspaceId, ...work, startAfterMs: null, startBeforeMs: null };
  const chance = random.fraction();
  let share = NO_KEY_SHARE;
  if (chance < share) return { ...plain, key: null };
  if (chance < (share += SHARED_KEY_SHARE)) return sharedOrder(random, memory.nowMs);
  if (memory.committed.length > 0) {
    const earlier = random.pick(memory.committed);
    if (chance < (share += REPEATED_KEY_SHARE)) return earlier;
    if (chance < (share += REUSED_KEY_SHARE))
      return { ...earlier, workflowType: 'nothing', input: '"other content"' };
  }
  return {
    ...plain,
    key: `${memory.name}/${nth}`,
    ...(random.fraction() < SCHEDULED_SHARE && { startAfterMs: memory.nowMs + random.whole(500, 6_000) }),
    ...(random.fraction() < BEFORE_SHARE && { startBeforeMs: memory.nowMs + random.whole(20_000, 40_000) }),
  };
}

/** The same for all callers at about this time. */
function sharedOrder(random: Seeded, nowMs: number): Order {
  const number = Math.floor(nowMs / SHARED_FOR_MS) * 2 + random.whole(0, 1);
  return {
    workspaceId: CALLED_WORKSPACES[number % CALLED_WORKSPACES.length]!,
    key: `shared-${number}`,
    workflowType: 'brief',
    input: '{"ms": 100}',
    startAfterMs: null,
    startBeforeMs: null,
  };
}

function nextWork(random: Seeded): Pick<Order, 'workflowType' | 'input'> {
  if (random.fraction() < 0.3) return { workflowType: 'nothing', input: null };
  return { workflowType: 'brief', input: `{"ms": ${random.whole(20, 400)}}` };
}

function nextOpenMs(random: Seeded): number {
  const chance = random.fraction();
  if (chance < VERY_SLOW_SHARE) return VERY_SLOW_MS;
  return chance < VERY_SLOW_SHARE + SLOW_SHARE ? random.whole(500, SLOW_MAX_MS) : random.whole(0, 30);
}

function nextDeath(random: Seeded): PlannedTransaction['dies'] {
  const chance = random.fraction();
  if (chance < DEATH_SHARE) return 'before';
  if (chance < 2 * DEATH_SHARE) return 'at';
  return chance < 3 * DEATH_SHARE ? 'after' : null;
}
