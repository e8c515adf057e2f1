import type { Seeded } from './seeded.ts';

/** A workspace of the run, as it is made at its start. */
export interface ChaosWorkspace {
  readonly id: string;
  readonly settings: { readonly tier: 'pro' | 'enterprise'; readonly limitOverride: number | null };
}

/** Two of each tier, the narrowest and a wide one. */
export const WORKSPACES: readonly ChaosWorkspace[] = [
  { id: 'pro-a', settings: { tier: 'pro', limitOverride: null } },
  { id: 'pro-b', settings: { tier: 'pro', limitOverride: null } },
  { id: 'enterprise-a', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'enterprise-b', settings: { tier: 'enterprise', limitOverride: null } },
  { id: 'narrow', settings: { tier: 'pro', limitOverride: 1 } },
  { id: 'wide', settings: { tier: 'enterprise', limitOverride: 25 } },
];

/** Executions that Temporal has to time out hold a slot for long: few, and never in the narrow workspace. */
const OVERLONG_SHARE = 0.015;

export interface Work {
  readonly workflowType: string;
  readonly input?: unknown;
}

/** What a client asks for next: an execution that holds a slot for 0 to about 2000 ms, rarely one that never ends. */
export function nextWork(seeded: Seeded, workspaceId: string): Work {
  const ms = () => seeded.whole(20, 500);
  if (workspaceId !== 'narrow' && seeded.fraction() < OVERLONG_SHARE) return { workflowType: 'overlong' };
  const kind = seeded.whole(0, 19);
  if (kind < 8) return { workflowType: 'brief', input: { ms: ms() } };
  if (kind < 14)
    return { workflowType: 'steps', input: { each: Array.from({ length: seeded.whole(2, 6) }, ms) } };
  if (kind < 16) return { workflowType: 'failing', input: { ms: ms() } };
  if (kind < 18) return { workflowType: 'continuing', input: { ms: ms(), left: seeded.whole(1, 2) } };
  return { workflowType: 'nothing' };
}
