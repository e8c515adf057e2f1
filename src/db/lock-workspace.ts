import { eq } from 'drizzle-orm';
import { WorkspaceNotFoundError } from '../domain/errors.ts';
import type { Tx } from './client.ts';
import type { Statement } from './pipelined-transaction.ts';
import { workspaces } from './schema.ts';

export type WorkspaceRow = typeof workspaces.$inferSelect;

/**
 * Locks a workspace's row until the transaction ends, in a statement of its own: what follows sees all that the lock's former
 * holder committed. First in every transaction that writes statuses, so that no two of them can deadlock.
 *
 * @throws WorkspaceNotFoundError
 */
export async function lockWorkspace(tx: Tx, workspaceId: string): Promise<WorkspaceRow> {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, workspaceId)).for('update');
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return row;
}

/** The same for a pipelined transaction. A workspace that does not exist is locked by nobody and found by none of what follows. */
export function lockingWorkspace(workspaceId: string): Statement {
  return {
    name: 'lock-workspace',
    text: 'select from workspaces where id = $1 for update',
    values: [workspaceId],
  };
}
