import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';

/** For how long an announcement holds: three renewals, so that one which fails is not noticed. */
export const LISTENS_SECONDS = 30;

/** An announcement with less time left may end before a new one is committed, and a reconcile between them sees neither. */
const ABOUT_TO_END_SECONDS = 5;

/**
 * Says that a process listens to workspaces, for LISTENS_SECONDS from now; workspaces that do not exist are left out. Locks no workspace. Returns those of them whose
 * gate has to be woken to hear of it: executions of theirs run, and nobody else listened.
 */
export async function announceListener(
  db: Db,
  listenerId: string,
  workspaceIds: readonly string[],
): Promise<string[]> {
  const ids = sql.param([...workspaceIds]);
  // The last part sees the table as it was before.
  const { rows } = await db.execute<{ workspaceId: string }>(sql`
    with announced as (
      insert into workspace_listeners (workspace_id, listener_id, listens_until)
      select id, ${listenerId}::uuid, clock_timestamp() + make_interval(secs => ${LISTENS_SECONDS})
      from workspaces where id = any(${ids}::text[]) order by id
      on conflict (workspace_id, listener_id) do update set listens_until = excluded.listens_until)
    select w.id as "workspaceId" from workspaces w
    where w.id = any(${ids}::text[]) and w.running > 0
      and not exists (
        select from workspace_listeners l where l.workspace_id = w.id
          and l.listens_until > statement_timestamp() + make_interval(secs => ${ABOUT_TO_END_SECONDS}))`);
  return rows.map(({ workspaceId }) => workspaceId);
}
