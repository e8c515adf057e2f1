import type { ExecutionSummaryRow } from '../db/executions/execution-row.ts';
import type { RetryPolicy } from '../domain/start/retry-policy.ts';

/**
 * What a request says of its execution beside what it runs; an absent member has its default. All of it travels together: from the body
 * (src/api/v1/executions/attributes.ts) to the statement that writes the row, as one value of JSON, and to the row that is answered. Nearly
 * every request says nothing, which is null all the way and costs nothing.
 */
export interface RequestAttributes {
  readonly reference?: string;
  /** ISO 8601 in UTC, as `startBefore`: it enters the queue then, or at once when that is past. */
  readonly startAfter?: string;
  /** It is not admitted from then on. */
  readonly startBefore?: string;
  /** Seconds that its workflow may stay open, with all its attempts. */
  readonly executionTimeout?: number;
  readonly retryPolicy?: RetryPolicy;
  readonly labels?: Readonly<Record<string, string>>;
  /** The execution that this one repeats. No body says it: the route knows. */
  readonly rerunOf?: string;
}

/** What an execution says that runs this one, which has ended, again: the same, but for its times, which have passed. */
export function rerunAttributes(row: ExecutionSummaryRow): RequestAttributes {
  const { id, reference, executionTimeoutSeconds, retryPolicy, labels } = row;
  return {
    rerunOf: id,
    ...(reference !== null && { reference }),
    ...(executionTimeoutSeconds !== null && { executionTimeout: executionTimeoutSeconds }),
    ...(retryPolicy !== null && { retryPolicy }),
    ...(labels !== null && { labels }),
  };
}

/** As JSON, with the members of each object in one order: the same attributes have the same text. */
export function attributesText(attributes: RequestAttributes): string {
  return JSON.stringify(attributes, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(byName)) : value,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
