import type { TerminalStatus } from '../domain/status.ts';
import type { Tier } from '../domain/tier.ts';

/**
 * What happens in the gates' queue, told after its commit by the process that did it: once, or not at all when that process dies before. Returns at once
 * and never throws, because a handoff waits for it.
 */
export interface GateMeasures {
  /** An attempt, with all that it waited for. */
  reconciled(result: 'done' | 'failed', seconds: number): void;
  admitted(tier: Tier, waitSeconds: number): void;
  handedOff(tier: Tier, seconds: number): void;
  /** Temporal has its start. */
  started(admissionSeconds: number): void;
  /** It had a slot for so long. */
  ended(tier: Tier, status: TerminalStatus, heldSeconds: number): void;
  /** So many ended that had no slot. */
  endedWaiting(status: TerminalStatus, executions: number): void;
  /** The sweep did this with an overdue workspace. */
  swept(effect: 'woken' | 'replaced' | 'failed'): void;
  /** A page of a sweep has ended. */
  sweptPage(): void;
}
