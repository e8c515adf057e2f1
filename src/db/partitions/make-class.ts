import type pg from 'pg';
import { LEAF_PARENTS, type LeafParent } from './grid.ts';

/** By what leaves of a class are told apart. */
const TIME_COLUMNS = { ended_executions: 'moved_at', payloads: 'kept_from' } as const;

/** The table of a retention class that is not, or not wholly, a partition of its table: migrations made it, and somebody took it away. */
export interface MissingClass {
  readonly name: string;
  /** A detach of it began and did not end. */
  readonly isDetachPending: boolean;
}

/** Of all classes, in one statement; of one class when it is named. Events have no classes. */
export async function readMissingClasses(
  client: pg.ClientBase,
  names: readonly string[] = LEAF_PARENTS.filter(({ subject }) => subject !== 'events').map(
    ({ name }) => name,
  ),
): Promise<MissingClass[]> {
  const { rows } = await client.query<MissingClass>(
    `select wanted.name, coalesce(i.inhdetachpending, false) as "isDetachPending"
     from unnest($1::text[]) as wanted (name) left join pg_inherits i on i.inhrelid = to_regclass(wanted.name)
     where i.inhrelid is null or i.inhdetachpending`,
    [names],
  );
  return rows;
}

/** Makes and attaches it. A table of its name that somebody detached by hand is attached again, with its partitions and their rows. */
export async function makeClass(
  client: pg.ClientBase,
  { name, subject, keptDays }: LeafParent,
): Promise<void> {
  if (subject === 'events') return;
  await client.query(
    `create table if not exists ${name} (like ${subject} including all excluding indexes excluding comments)
     partition by range (${TIME_COLUMNS[subject]})`,
  );
  await client.query(`alter table ${subject} attach partition ${name} for values in (${keptDays})`);
}
