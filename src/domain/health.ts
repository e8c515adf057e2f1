/**
 * How a workspace is, in one word: the first of these that is true of it. `at-limit`: some wait, and as many run as may. `backlogged`: some wait
 * although fewer run than may, which lasts for a handoff as a rule. `active`: some run and none waits.
 */
export const HEALTHS = [
  'deleting',
  'restoring',
  'paused',
  'stalled',
  'at-limit',
  'backlogged',
  'active',
  'idle',
] as const;
export type Health = (typeof HEALTHS)[number];

/** What a workspace's health is judged by. */
export interface HealthFacts {
  readonly isDeleting: boolean;
  /** Its gate remembers what the database lacks. */
  readonly isRestoring: boolean;
  readonly isPaused: boolean;
  /** Its running executions that cannot make progress. */
  readonly stalledExecutions: number;
  readonly pending: number;
  readonly running: number;
  readonly limit: number;
}

export function healthOf(facts: HealthFacts): Health {
  if (facts.isDeleting) return 'deleting';
  if (facts.isRestoring) return 'restoring';
  if (facts.isPaused) return 'paused';
  if (facts.stalledExecutions > 0) return 'stalled';
  if (facts.pending > 0) return facts.running >= facts.limit ? 'at-limit' : 'backlogged';
  return facts.running > 0 ? 'active' : 'idle';
}
