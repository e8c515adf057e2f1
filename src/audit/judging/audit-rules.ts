import type { AcceptedAnswer } from '../read/accepted-answer.ts';

/** What a deployment is judged by, beside its own record. */
export interface AuditRules {
  /** Null when no client's log was given. */
  readonly accepted: readonly AcceptedAnswer[] | null;
  readonly graceSeconds: number;
  readonly maxIdleSlotSeconds: number;
}
