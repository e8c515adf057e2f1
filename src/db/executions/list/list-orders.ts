import { FAILURE_STATUSES, isTerminal, type Status } from '../../../domain/status.ts';
import { type ExecutionFilter, idsOf, isOfEnded } from './execution-filter.ts';

/** Adds a value and gives its name in the statement's text. */
export type Param = (value: unknown) => string;

/** A range of an index and its columns: what a select reads, and in which order. */
export interface Order {
  readonly table: 'ended_executions' | 'executions';
  readonly where: string;
  readonly by: readonly string[];
}

/** Ids from `from` on and before `before`, as parameters. */
export interface IdBounds {
  readonly from: string;
  readonly before: string;
}

export function idBoundsOf(filter: ExecutionFilter, beforeId: string | null, param: Param): IdBounds {
  const ids = idsOf(filter);
  const before = beforeId === null || ids.before < beforeId ? ids.before : beforeId;
  return { from: `${param(ids.from)}::uuid`, before: `${param(before)}::uuid` };
}

/**
 * Whether an index has these rows and no others, though not by id: rows of one reference in all workspaces, and running rows. There are few of them
 * as a rule.
 */
export function isFew({ workspaceId, status, reference }: ExecutionFilter): boolean {
  return reference === null ? status === 'running' : workspaceId === null;
}

/** For each table that can have them, the rows that are few, in the order of the index that has them. */
export function ordersOfFew(filter: ExecutionFilter, param: Param): Order[] {
  const { workspaceId, reference } = filter;
  if (reference !== null) {
    const range = rangeOfOne('reference', `${param(reference)}::text`);
    return tablesFor(filter).map((table) => ({
      table,
      where: `${range} and ${HAS_REFERENCE}`,
      by: ['reference', 'workspace_id', 'id'],
    }));
  }
  const of = workspaceId === null ? [] : [rangeOfOne('workspace_id', `${param(workspaceId)}::text`)];
  const where = ["status = 'running'", ...of].join(' and ');
  return [{ table: 'executions', where, by: ['workspace_id', 'seq'] }];
}

/**
 * For each table that can have rows of a filter, an index that has them by id: the newest are the last of its range. Ranges and not equations, which could
 * be answered by another index too, through all rows of other workspaces, statuses or references, and are when statistics are old. What an index has
 * in its condition is written out, so that it serves whatever statistics say.
 */
export function ordersById(filter: ExecutionFilter, ids: IdBounds, param: Param): Order[] {
  const { workspaceId, status, reference } = filter;
  const of: Equal[] = workspaceId === null ? [] : [['workspace_id', `${param(workspaceId)}::text`]];
  if (reference !== null && !isFew(filter)) {
    const equal: Equal[] = [['reference', `${param(reference)}::text`], ...of];
    return tablesFor(filter).map((table) => ({ table, ...rangeOf(equal, ids, HAS_REFERENCE) }));
  }
  return tablesFor(filter).flatMap((table): Order[] => {
    const statuses: readonly (Status | null)[] =
      status === null && filter.onlyFailed ? FAILURE_STATUSES : [status];
    if (table === 'executions' || statuses[0] === null || status === 'completed')
      return [{ table, ...rangeOf(of, ids) }];
    if (workspaceId === null) return [{ table, ...rangeOf([], ids, NOT_COMPLETED) }];
    return statuses.map((one) => ({
      table,
      ...rangeOf([...of, ['status', `'${one}'::execution_status`]], ids, NOT_COMPLETED),
    }));
  });
}

/** Whether the orders by id have the rows of these, and no others. */
export function isServedById(filter: ExecutionFilter): boolean {
  const { workspaceId, status, reference, onlyFailed } = filter;
  if (isFew(filter)) return false;
  if (status === null && !onlyFailed) return true;
  if (reference !== null || workspaceId === null) return false;
  return status === null || (!onlyFailed && isTerminal(status) && status !== 'completed');
}

const HAS_REFERENCE = 'reference is not null';
/** Most executions complete, so these are found by the indexes of all. */
const NOT_COMPLETED = "status <> 'completed'";

function tablesFor(filter: ExecutionFilter): Order['table'][] {
  const { status } = filter;
  if (status === null) return isOfEnded(filter) ? ['ended_executions'] : ['ended_executions', 'executions'];
  return isTerminal(status) ? ['ended_executions'] : ['executions'];
}

type Equal = readonly [column: string, value: string];

function rangeOf(equal: readonly Equal[], ids: IdBounds, ...also: readonly string[]): Omit<Order, 'table'> {
  const by = [...equal.map(([column]) => column), 'id'];
  const row = (id: string) => `(${[...equal.map(([, value]) => value), id].join(', ')})`;
  const columns = `(${by.join(', ')})`;
  const where = [`${columns} < ${row(ids.before)}`, `${columns} >= ${row(ids.from)}`, ...also];
  return { where: where.join(' and '), by };
}

function rangeOfOne(column: string, value: string): string {
  return `${column} >= ${value} and ${column} <= ${value}`;
}
