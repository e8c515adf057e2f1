import { sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import type { Db } from '../connection/database.ts';

/** What an id is that no execution has: one that waits in the inbox, or another name for an execution; null for neither. */
export type StandIn =
  { readonly kind: 'waiting' } | { readonly kind: 'alias'; readonly executionId: string } | null;

export async function findStandIn(db: Db, workspaceId: string, id: string): Promise<StandIn> {
  if (!isUuid(id)) return null;
  const { rows } = await db.execute<{ executionId: string | null; isWaiting: boolean }>(sql`
    select (select execution_id from execution_aliases where workspace_id = ${workspaceId} and id = ${id}::uuid) as "executionId",
      exists (select from inbox where id = ${id}::uuid and workspace_id = ${workspaceId}) as "isWaiting"`);
  const { executionId, isWaiting } = rows[0]!;
  if (executionId !== null) return { kind: 'alias', executionId };
  return isWaiting ? { kind: 'waiting' } : null;
}
