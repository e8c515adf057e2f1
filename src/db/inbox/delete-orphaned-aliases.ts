import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { LOWEST_ID } from '../executions/id-time.ts';

/** Of one statement: some look-ups by id each. */
const PAGE_ROWS = 1_000;

/** Deletes the aliases whose execution is no longer kept, a page at a time. Returns how many. Nothing waits for it. */
export async function deleteOrphanedAliases(db: Db): Promise<number> {
  let deleted = 0;
  for (let after: Page | null = { workspaceId: '', id: LOWEST_ID, deleted: 0 }; after !== null;) {
    after = await deleteNext(db, after);
    deleted += after?.deleted ?? 0;
  }
  return deleted;
}

/** The last alias of a page, and how many of the page were deleted. */
interface Page extends Record<string, unknown> {
  readonly workspaceId: string;
  readonly id: string;
  readonly deleted: number;
}

async function deleteNext(db: Db, after: Page): Promise<Page | null> {
  const { rows } = await db.execute<Page>(sql`
    with page as materialized (
      select workspace_id, id, execution_id from execution_aliases
      where (workspace_id, id) > (${after.workspaceId}, ${after.id}::uuid) order by workspace_id, id limit ${PAGE_ROWS}),
    gone as (
      delete from execution_aliases a using page p
      where a.workspace_id = p.workspace_id and a.id = p.id
        and not exists (select from executions e where e.id = p.execution_id)
        and not exists (select from ended_executions e where e.id = p.execution_id)
      returning a.id)
    select workspace_id as "workspaceId", id, (select count(*)::integer from gone) as deleted
    from page order by workspace_id desc, id desc limit 1`);
  return rows[0] ?? null;
}
