import { createHash } from 'node:crypto';
import { getTableColumns } from 'drizzle-orm';
import type { Statement } from '../../connection/pipelined-transaction.ts';
import { FAILURE_STATUSES } from '../../../domain/status.ts';
import { executions } from '../../schema.ts';
import { ENDED_COLUMNS } from '../execution-row.ts';
import type { ExecutionFilter } from './execution-filter.ts';
import { idBoundsOf, isServedById, type Order, ordersById, ordersOfFew, type Param } from './list-orders.ts';

/** Where a page begins, and how many rows it may have. */
export interface ListPage {
  readonly filter: ExecutionFilter;
  /** Only executions with lower ids; null from the newest on. */
  readonly beforeId: string | null;
  readonly limit: number;
}

/** The newest executions of a filter that an index serves whole. */
export function newest(page: ListPage): Statement {
  return statementOf((param) => `${newestOf(page, param, bound(page.limit))} limit ${param(page.limit)}`);
}

/**
 * The same for a filter with more to it: looks through the next `rows` of what an index serves, and gives the ones among them that match. All
 * rows of the answer have the same `scanned`, the number of rows that it has looked through, and `through`, the last of them, and
 * `throughTime`, when that was accepted. When none matches there is one row with nothing else.
 */
export function newestAmong(page: ListPage, rows: number): Statement {
  return statementOf(
    (param) => `
      with scanned as materialized (${newestOf(page, param, rows)} limit ${rows}),
      far as (
        select count(*)::integer as scanned, (array_agg(id order by id))[1] as through, (array_agg(created_at order by id))[1] as "throughTime"
        from scanned)
      select far.scanned, far.through, far."throughTime", found.*
      from far left join (
        select * from scanned where ${matching(page.filter, param)} order by id desc limit ${param(page.limit)}) found on true
      order by found.id desc`,
  );
}

/**
 * The same for rows that are few as a rule: reads all of them, up to `most` of each table, and gives the newest that match. All rows of the answer have the
 * same `gathered`; when it is more than `most`, the answer means nothing. When none matches there is one row with nothing else.
 */
export function newestOfFew({ filter, beforeId, limit }: ListPage, most: number): Statement {
  return statementOf((param) => {
    const selects = ordersOfFew(filter, param).map((order) => selectOf(order, '', most + 1));
    const ids = idBoundsOf(filter, beforeId, param);
    return `
      with gathered as materialized (${selects.join(' union all ')})
      select few.gathered, found.*
      from (select count(*)::integer as gathered from gathered) as few left join (
        select * from gathered where id < ${ids.before} and id >= ${ids.from} and ${matching(filter, param)}
        order by id desc limit ${param(limit)}) found on true
      order by found.id desc`;
  });
}

/** Whether no index serves the filter whole. */
export function needsScan(filter: ExecutionFilter): boolean {
  const { workflowType, createdAfter, createdBefore, closedAfter, closedBefore, labels } = filter;
  return (
    !isServedById(filter) ||
    workflowType !== null ||
    createdAfter !== null ||
    createdBefore !== null ||
    closedAfter !== null ||
    closedBefore !== null ||
    Object.keys(labels).length > 0
  );
}

/** A statement whose text names the values that it asks for. */
export function statementOf(text: (param: Param) => string): Statement {
  const values: unknown[] = [];
  return { ...named(text((value) => `$${values.push(value)}`)), values };
}

/** A name for each text, the same in every process: filters of the same kind have one text for all their values. */
function named(text: string): Pick<Statement, 'name' | 'text'> {
  let name = NAMES.get(text);
  if (name === undefined) {
    name = `list-executions-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
    NAMES.set(text, name);
  }
  return { name, text };
}

const NAMES = new Map<string, string>();

/** Few different bounds, for few different texts. They are written out: the planner assumes a tenth of the table for one that it does not know. */
function bound(limit: number): number {
  return BOUNDS.find((most) => limit <= most) ?? limit;
}

const BOUNDS = [51, 201];

const MATCHES: readonly {
  readonly of: keyof ExecutionFilter;
  readonly sql: (value: string) => string;
}[] = [
  { of: 'status', sql: (value) => `status = ${value}::execution_status` },
  { of: 'workflowType', sql: (value) => `workflow_type = ${value}` },
  { of: 'reference', sql: (value) => `reference = ${value}` },
  { of: 'createdAfter', sql: (value) => `created_at >= ${value}::timestamptz` },
  { of: 'createdBefore', sql: (value) => `created_at < ${value}::timestamptz` },
  { of: 'closedAfter', sql: (value) => `closed_at >= ${value}::timestamptz` },
  { of: 'closedBefore', sql: (value) => `closed_at < ${value}::timestamptz` },
];

/** What is true of the rows of a filter, whatever index has them. */
export function matching(filter: ExecutionFilter, param: Param): string {
  const conditions = MATCHES.flatMap(({ of, sql }) => (filter[of] === null ? [] : [sql(param(filter[of]))]));
  const { labels, onlyFailed } = filter;
  if (onlyFailed) conditions.push(`status in ('${FAILURE_STATUSES.join("', '")}')`);
  if (Object.keys(labels).length > 0) conditions.push(`labels @> ${param(JSON.stringify(labels))}::jsonb`);
  return conditions.length > 0 ? conditions.join(' and ') : 'true';
}

/** The newest `most` of each table that can have rows of the filter, as one in order. */
function newestOf({ filter, beforeId }: ListPage, param: Param, most: number): string {
  const orders = ordersById(filter, idBoundsOf(filter, beforeId, param), param);
  const selects = orders.map((order) => selectOf(order, ' desc', most));
  return `select * from (${selects.join(' union all ')}) as newest order by id desc`;
}

function selectOf({ table, where, by }: Order, direction: '' | ' desc', most: number): string {
  const columns = table === 'executions' ? LIVE : ENDED;
  const order = by.map((column) => `${column}${direction}`).join(', ');
  return `(select ${columns} from ${table} where ${where} order by ${order} limit ${most})`;
}

const ENDED = Object.values(ENDED_COLUMNS)
  .map(({ name }) => name)
  .join(', ');

const liveNames = new Set(Object.values(getTableColumns(executions)).map(({ name }) => name));

/** In the same order. */
const LIVE = Object.values(ENDED_COLUMNS)
  .map((column) =>
    liveNames.has(column.name) ? column.name : `null::${column.getSQLType()} as ${column.name}`,
  )
  .join(', ');
