import type { operations } from '../generated/api.ts';
import type { ExecutionStatus } from './execution.ts';

/** Which executions: the ones that match all that is given. */
export interface ExecutionMatch {
  readonly status?: ExecutionStatus | undefined;
  /** 'failure': failed, timed_out, terminated or rejected. */
  readonly outcome?: 'failure' | undefined;
  readonly workflowType?: string | undefined;
  /** Exactly this one. */
  readonly reference?: string | undefined;
  /** Accepted then or later. */
  readonly createdAfter?: Date | undefined;
  /** Accepted before then. */
  readonly createdBefore?: Date | undefined;
  /** Ended then or later. */
  readonly closedAfter?: Date | undefined;
  /** Ended before then. */
  readonly closedBefore?: Date | undefined;
  /** Each of them with this value. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

type Query = Omit<
  NonNullable<operations['listAllExecutions']['parameters']['query']>,
  'limit' | 'cursor' | 'order'
>;

/** The same as the API takes it, in a query and in a body. */
export function queryOf({ labels = {}, ...match }: ExecutionMatch): Query {
  const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const given = { ...match, label: label.length > 0 ? label : undefined };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
