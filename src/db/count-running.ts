import { and, count, eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { executions } from './schema.ts';

/** How many executions of a workspace hold a slot now. Counted: cheap, because a limit bounds them. */
export async function countRunning(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ running: count() })
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.status, 'running')));
  return row!.running;
}
