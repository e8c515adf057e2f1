import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** Deletions of one look: they are worked off one after the other. */
const LOOK_ROWS = 100;

/** A workspace that is being deleted. */
export interface OpenDeletion {
  readonly workspaceId: string;
  /** Executions of it have yet to end. */
  readonly hasWork: boolean;
}

/** By id. By an index that holds such workspaces alone: with none it costs next to nothing. */
export async function findDeletions(db: Db): Promise<OpenDeletion[]> {
  const { rows } = await db.execute<{ id: string; has_work: boolean }>(sql`
    select w.id, exists (select from executions e where e.workspace_id = w.id) as has_work
    from workspaces w where w.deleting_since is not null order by w.id limit ${LOOK_ROWS}`);
  return rows.map(({ id, has_work: hasWork }) => ({ workspaceId: id, hasWork }));
}
