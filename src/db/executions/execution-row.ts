import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import { endedExecutions, executions } from '../schema.ts';

type LiveRow = Omit<typeof executions.$inferSelect, 'contentDigest'>;
type EndedRow = Omit<typeof endedExecutions.$inferSelect, 'contentDigest'>;

/** The columns that only an ended execution has. */
type EndColumns = Omit<EndedRow, keyof LiveRow | 'retentionDays' | 'movedAt'>;

/** An execution without its payloads, live or ended: a page of them must stay small. */
export type ExecutionSummaryRow = LiveRow & {
  readonly [Column in keyof EndColumns]: EndColumns[Column] | null;
};

/** An execution as read. A payload is JSON text exactly as sent; null when there was none, and when it is no longer kept. */
export interface ExecutionRow extends ExecutionSummaryRow {
  readonly input: string | null;
  readonly result: string | null;
}

const {
  contentDigest: _digest,
  retentionDays: _class,
  movedAt: _movedAt,
  ...endedColumns
} = getTableColumns(endedExecutions);

/** What is selected from `ended_executions`; first in a union, because the columns of the first decode the values of all. */
export const ENDED_COLUMNS = endedColumns;

/** What is selected from `executions` to go with it. In the same order, by which a union matches columns. */
export const LIVE_COLUMNS = Object.fromEntries(
  Object.entries(endedColumns).map(([key, column]) => [
    key,
    key in executions
      ? executions[key as keyof LiveRow]
      : sql`null::${sql.raw(column.getSQLType())}`.as(column.name),
  ]),
) as unknown as typeof ENDED_COLUMNS;

/** The columns that move with a row when it ends, as they are named in both tables. Its status does not. */
const MOVED = Object.values(getTableColumns(executions))
  .map(({ name }) => name)
  .filter((name) => name !== 'status');

/**
 * For statements that move a row: the names of its columns, each after that alias when one is given. `instead`: what a column gets that changes with
 * the move, as SQL.
 */
export function movedColumns(alias?: string, instead: Readonly<Record<string, string>> = {}): string {
  return MOVED.map((name) => instead[name] ?? (alias === undefined ? name : `${alias}.${name}`)).join(', ');
}

/** For statements that move a row: the retention class of its tier, as the tier's row is now. `tier` is SQL. */
export function retentionOf(tier: string): string {
  return `(select t.retention_days from tiers t where t.name = ${tier})`;
}

/** What is needed to read an execution's payload quickly: without a bound every partition is asked. */
export function payloadText(kind: 'input' | 'result', id: SQL, keptFromAtLeast: SQL): SQL<string | null> {
  return sql<string | null>`(
    select convert_from(p.data, 'UTF8') from payloads p
    where p.execution_id = ${id} and p.kind = ${kind} and p.kept_from >= ${keptFromAtLeast} limit 1)`;
}
