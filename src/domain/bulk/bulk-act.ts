import type { Status } from '../status.ts';

/** What can be done to all executions that match. */
export const BULK_ACTS = ['cancel', 'terminate', 'rerun'] as const;
export type BulkActKind = (typeof BULK_ACTS)[number];

/** Which executions, as it was asked for; times are ISO 8601. Null, or no label, for what does not matter. */
export interface BulkFilter {
  readonly status: Status | null;
  readonly workflowType: string | null;
  readonly reference: string | null;
  readonly createdAfter: string | null;
  readonly createdBefore: string | null;
  readonly closedAfter: string | null;
  readonly closedBefore: string | null;
  readonly onlyFailed: boolean;
  readonly labels: Readonly<Record<string, string>>;
}
