import { KNOWN_ENDS } from '../../foreign/known-ends.ts';
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

/** Two of each tier, the narrowest, a wide one, and two of foreign workers. */
export const WORKSPACES: readonly ChaosWorkspace[] = [
  { id: 'pro-a', settings: { tier: 'pro', limitOverride: null } },
  { id: 'pro-b', settings: { tier: 'pro', limitOverride: null } },
  { id: 'enterprise-a', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'enterprise-b', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'narrow', settings: { tier: 'pro', limitOverride: 1 } },
  { id: 'wide', settings: { tier: 'enterprise', limitOverride: 25 } },
  ...Object.values(FOREIGN_WORKSPACES),
];

/** Executions that Temporal has to time out hold a slot for long: few, and never in the narrow workspace. */
const OVERLONG_SHARE = 0.015;

export interface Work {
  readonly workflowType: string;
  readonly input?: unknown;
}

/** Of what foreign workers are asked for: half end in an odd way, half work as others do. */
const ODD_SHARE = 0.5;
const ENCRYPTED_MEMO_SHARE = 0.2;

/** What a client asks for next: an execution that holds a slot for 0 to about 2000 ms, rarely one that never ends. */
export function nextWork(seeded: Seeded, workspaceId: string): Work {
  const ms = () => seeded.whole(20, 500);
  if (isForeign(workspaceId)) return nextForeignWork(seeded, ms);
  if (workspaceId !== 'narrow' && seeded.fraction() < OVERLONG_SHARE) return { workflowType: 'overlong' };
  const kind = seeded.whole(0, 19);
  if (kind < 8) return { workflowType: 'brief', input: { ms: ms() } };
  if (kind < 14)
    return { workflowType: 'steps', input: { each: Array.from({ length: seeded.whole(2, 6) }, ms) } };
  if (kind < 16) return { workflowType: 'failing', input: { ms: ms() } };
  if (kind < 18) return { workflowType: 'continuing', input: { ms: ms(), left: seeded.whole(1, 2) } };
  return { workflowType: 'nothing' };
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
