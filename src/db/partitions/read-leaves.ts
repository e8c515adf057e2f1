import type pg from 'pg';
import { LEAF_PARENTS } from './grid.ts';

/** A table that is, or was, a partition by time, as Postgres' catalog has it. */
export interface StoredLeaf {
  readonly parent: string;
  readonly name: string;
  /** Its bounds; null when they are open, which no leaf of ours has. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** A detach began and did not end: statements of today no longer read it, and no other leaf of its parent can be detached. */
  readonly isDetachPending: boolean;
  /** Retention has said that it drops it. */
  readonly isMarked: boolean;
}

/** The mark, as the table's comment: what somebody detached by hand has none, and is left alone. */
export const DROP_MARK = 'sluice: retention drops this table';

const BOUND = (end: 'FROM' | 'TO') =>
  `(regexp_match(pg_get_expr(leaf.relpartbound, leaf.oid), '${end} \\(''([^'']+)''\\)'))[1]::timestamptz`;

const LEAVES = `
  select parent.relname as parent, leaf.relname as name, ${BOUND('FROM')} as "from", ${BOUND('TO')} as "to",
    i.inhdetachpending as "isDetachPending",
    coalesce(obj_description(leaf.oid, 'pg_class') = '${DROP_MARK}', false) as "isMarked"
  from unnest($1::text[]) as wanted (name)
  join pg_class parent on parent.oid = to_regclass(wanted.name)
  join pg_inherits i on i.inhparent = parent.oid
  join pg_class leaf on leaf.oid = i.inhrelid
  order by "from" nulls first, name`;

/** The leaves of these parents, the oldest first; of all parents unless told. */
export async function readLeaves(
  client: pg.ClientBase,
  parents: readonly string[] = LEAF_PARENTS.map(({ name }) => name),
): Promise<StoredLeaf[]> {
  return (await client.query<StoredLeaf>(LEAVES, [parents])).rows;
}

/** The names of tables that retention has detached and not dropped: its process died between the two. */
export async function readDetached(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relkind = 'r' and not c.relispartition and c.relnamespace = current_schema()::regnamespace
       and obj_description(c.oid, 'pg_class') = $1
     order by name`,
    [DROP_MARK],
  );
  return rows.map(({ name }) => name);
}

/** Postgres' clock: rows are put into leaves by it. */
export async function readClock(client: pg.ClientBase): Promise<Date> {
  return (await client.query<{ now: Date }>('select clock_timestamp() as now')).rows[0]!.now;
}
