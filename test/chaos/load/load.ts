import { KNOWN_ENDS } from '../../foreign/known-ends.ts';
import type { RetryPolicy } from '../../../packages/client/src/index.ts';
import type { Seeded } from '../faults/seeded.ts';

/** A workspace of the run, as it is made at its start. */
export interface ChaosWorkspace {
  readonly id: string;
  readonly settings: {
    readonly tier: 'pro' | 'enterprise';
    readonly limitOverride: number | null;
    readonly workers?: 'external';
  };
}

/** Served by workers of a team's own: one on Temporal's raw API, and one in Go where Go is at hand. */
export const FOREIGN_WORKSPACES = {
  'foreign-1': { id: 'foreign-raw', settings: { tier: 'pro', limitOverride: null, workers: 'external' } },
  'foreign-2': { id: 'foreign-go', settings: { tier: 'pro', limitOverride: null, workers: 'external' } },
} as const satisfies Record<string, ChaosWorkspace>;

/** Deleted and put again while clients go on asking for executions of it. */
export const FLEETING: ChaosWorkspace = { id: 'fleeting', settings: { tier: 'pro', limitOverride: null } };

/** Its tier is changed by callers' transactions, beside those who change the tiers of all. */
export const BILLED: ChaosWorkspace = { id: 'billed', settings: { tier: 'pro', limitOverride: null } };

/** Two of each tier, the narrowest, a wide one, one whose tier is billed for, one that comes and goes, and two of foreign workers. */
export const WORKSPACES: readonly ChaosWorkspace[] = [
  { id: 'pro-a', settings: { tier: 'pro', limitOverride: null } },
  { id: 'pro-b', settings: { tier: 'pro', limitOverride: null } },
  { id: 'enterprise-a', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'enterprise-b', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'narrow', settings: { tier: 'pro', limitOverride: 1 } },
  { id: 'wide', settings: { tier: 'enterprise', limitOverride: 25 } },
  BILLED,
  FLEETING,
  ...Object.values(FOREIGN_WORKSPACES),
];

/** Executions that Temporal has to time out hold a slot for long: few, and never in the narrow workspace. */
const OVERLONG_SHARE = 0.015;

export interface Work {
  readonly workflowType: string;
  readonly input?: unknown;
  readonly startAfter?: Date;
  readonly startBefore?: Date;
  readonly executionTimeout?: number;
  readonly retryPolicy?: RetryPolicy;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ifBusy?: 'reject';
}

/** Of all executions. What is to start before a time often does not, when faults or a long queue come before it. */
const SCHEDULED_SHARE = 0.12;
const SCHEDULED_MAX_MS = 8_000;
const BEFORE_SHARE = 0.1;
const BEFORE_MAX_MS = 12_000;

/** Of what is not scheduled: it is stored only if it need not wait. */
const REJECT_SHARE = 0.1;

/** Of what foreign workers are asked for: half end in an odd way, half work as others do. */
const ODD_SHARE = 0.5;
const ENCRYPTED_MEMO_SHARE = 0.2;

/** What a client asks for next, some of it for later, or before a time alone. */
export function nextWork(seeded: Seeded, workspaceId: string): Work {
  const work = nextKind(seeded, workspaceId);
  const nowMs = Date.now();
  const startsMs = seeded.fraction() < SCHEDULED_SHARE ? nowMs + seeded.whole(1, SCHEDULED_MAX_MS) : null;
  const before = seeded.fraction() < BEFORE_SHARE;
  const rejects = startsMs === null && seeded.fraction() < REJECT_SHARE;
  return {
    ...work,
    ...(startsMs !== null && { startAfter: new Date(startsMs), labels: { kind: work.workflowType } }),
    ...(rejects && { ifBusy: 'reject' }),
    ...(before && { startBefore: new Date((startsMs ?? nowMs) + seeded.whole(500, BEFORE_MAX_MS)) }),
  };
}

/** An execution that holds a slot for 0 to about 2000 ms, rarely one that never ends. */
function nextKind(seeded: Seeded, workspaceId: string): Work {
  const ms = () => seeded.whole(20, 500);
  if (isForeign(workspaceId)) return nextForeignWork(seeded, ms);
  if (workspaceId !== 'narrow' && seeded.fraction() < OVERLONG_SHARE)
    return { workflowType: 'overlong', ...(seeded.fraction() < 0.5 && { executionTimeout: 5 }) };
  const kind = seeded.whole(0, 20);
  if (kind < 8) return { workflowType: 'brief', input: { ms: ms() } };
  if (kind < 14)
    return { workflowType: 'steps', input: { each: Array.from({ length: seeded.whole(2, 6) }, ms) } };
  if (kind < 16) return { workflowType: 'failing', input: { ms: ms() } };
  if (kind < 18) return { workflowType: 'continuing', input: { ms: ms(), left: seeded.whole(1, 2) } };
  if (kind < 20) return { workflowType: 'nothing' };
  const failures = seeded.whole(1, 3);
  const retryPolicy = { initialInterval: 0.3, backoffCoefficient: 2, maximumAttempts: seeded.whole(2, 4) };
  return { workflowType: 'flaky', input: { ms: ms(), failures }, retryPolicy };
}

/** Whether a workspace is served by a foreign worker. */
export function isForeign(workspaceId: string): boolean {
  return Object.values(FOREIGN_WORKSPACES).some(({ id }) => id === workspaceId);
}

/** `end` names the known end that is to be, for the check after the run. */
function nextForeignWork(seeded: Seeded, ms: () => number): Work {
  const { what, workflowType, input } = seeded.pick(KNOWN_ENDS);
  const brief = seeded.fraction() >= ODD_SHARE;
  const encryptMemo = seeded.fraction() < ENCRYPTED_MEMO_SHARE;
  const length = ms();
  if (brief) return { workflowType: 'brief', input: { ms: length, encryptMemo } };
  // An end that tells its own length keeps it.
  return { workflowType, input: { ms: length, ...input, encryptMemo, end: what } };
}
