import { asc, isNotNull, sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { workspaces } from '../schema.ts';

/** A workspace that admits nothing, because the database lacks events that its gate remembers. */
export interface RestoringWorkspace {
  readonly id: string;
  readonly restoringSince: Date;
  /** The database's last reconcile before that was noticed: what was written later may be lost. Null when it knows of none. */
  readonly restoredTo: Date | null;
  /** By the rows themselves. */
  readonly pending: number;
  readonly running: number;
}

const isRestoring = isNotNull(workspaces.restoringSince);

const rowsOf = (status: 'pending' | 'running') => sql<number>`(
  select count(*)::integer from executions e where e.workspace_id = workspaces.id and e.status = ${sql.raw(`'${status}'`)})`;

/** All of them, in the order of their ids; what is read is a partial index that holds no others. */
export async function findRestoring(db: Db): Promise<RestoringWorkspace[]> {
  const { id, restoringSince, restoredTo } = workspaces;
  const rows = await db
    .select({ id, restoringSince, restoredTo, pending: rowsOf('pending'), running: rowsOf('running') })
    .from(workspaces)
    .where(isRestoring)
    .orderBy(asc(id));
  return rows.map((row) => ({ ...row, restoringSince: row.restoringSince! }));
}
