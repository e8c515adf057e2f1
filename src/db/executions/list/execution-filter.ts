import type { Status } from '../../../domain/status.ts';
import { HIGHEST_ID, LOWEST_ID, lowestIdAt } from '../id-time.ts';

/** Which executions a list has; null, or no label, for each that does not matter. */
export interface ExecutionFilter {
  /** Null: of all workspaces. */
  readonly workspaceId: string | null;
  readonly status: Status | null;
  readonly workflowType: string | null;
  readonly reference: string | null;
  /** Accepted then or later. */
  readonly createdAfter: Date | null;
  /** Accepted before then. */
  readonly createdBefore: Date | null;
  /** Each of them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The filter that none is kept out by. */
export const EVERY_EXECUTION: ExecutionFilter = {
  workspaceId: null,
  status: null,
  workflowType: null,
  reference: null,
  createdAfter: null,
  createdBefore: null,
  labels: {},
};

/**
 * How far the time in a row's id may lie from its `created_at`: the first is of the clock of the process that made it, the second of Postgres'.
 * An execution of a process whose clock is further off than this may be missing from a list by time.
 */
const CLOCKS_APART_MS = 60_000;

/** The ids between which rows of the filter's times lie: `from` and later ones, before `before`. Ids of version 7 ascend with time. */
export function idsOf({ createdAfter, createdBefore }: ExecutionFilter): { from: string; before: string } {
  return {
    from: createdAfter === null ? LOWEST_ID : lowestIdAt(createdAfter.getTime() - CLOCKS_APART_MS),
    before: createdBefore === null ? HIGHEST_ID : lowestIdAt(createdBefore.getTime() + CLOCKS_APART_MS),
  };
}
