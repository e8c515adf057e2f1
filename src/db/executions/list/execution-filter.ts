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
  /** Ended then or later, by Temporal's clock. */
  readonly closedAfter: Date | null;
  /** Ended before then. */
  readonly closedBefore: Date | null;
  /** Only ends that somebody should look at: `FAILURE_STATUSES`. */
  readonly onlyFailed: boolean;
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
  closedAfter: null,
  closedBefore: null,
  onlyFailed: false,
  labels: {},
};

/**
 * How far the time in a row's id may lie from its `created_at`: the first is of the clock of the process that made it, the second of Postgres'.
 * An execution of a process whose clock is further off than this may be missing from a list by time.
 */
const CLOCKS_APART_MS = 60_000;

/**
 * The ids between which rows of the filter's times lie: `from` and later ones, before `before`. Ids of version 7 ascend with time, and what ended
 * before a time was accepted before it.
 */
export function idsOf({ createdAfter, createdBefore, closedBefore }: ExecutionFilter): {
  from: string;
  before: string;
} {
  const ends = [createdBefore, closedBefore].flatMap((time) => (time === null ? [] : [time.getTime()]));
  return {
    from: createdAfter === null ? LOWEST_ID : lowestIdAt(createdAfter.getTime() - CLOCKS_APART_MS),
    before: ends.length === 0 ? HIGHEST_ID : lowestIdAt(Math.min(...ends) + CLOCKS_APART_MS),
  };
}

/** Whether only executions that have ended are in the list. */
export function isOfEnded({ closedAfter, closedBefore, onlyFailed }: ExecutionFilter): boolean {
  return closedAfter !== null || closedBefore !== null || onlyFailed;
}
