import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { changes } from '../schema.ts';

export type ChangeRow = typeof changes.$inferSelect;

export interface ChangePage {
  /** Null: of all workspaces, and those about none. */
  readonly workspaceId: string | null;
  /** Changes before this one; null: from the newest on. */
  readonly beforeId: number | null;
  readonly limit: number;
}

/** At most `limit` changes, the newest first. */
export async function listChanges(
  db: Db,
  { workspaceId, beforeId, limit }: ChangePage,
): Promise<ChangeRow[]> {
  return await db
    .select()
    .from(changes)
    .where(
      and(
        workspaceId === null ? undefined : eq(changes.workspaceId, workspaceId),
        beforeId === null ? undefined : lt(changes.id, beforeId),
      ),
    )
    .orderBy(desc(changes.id))
    .limit(limit);
}

/** Whether there ever was such a workspace: what is recorded of it outlives it. */
export async function hasChanges(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } = await db.execute<{ has: boolean }>(
    sql`select exists (select from changes where workspace_id = ${workspaceId}) as has`,
  );
  return rows[0]!.has;
}
