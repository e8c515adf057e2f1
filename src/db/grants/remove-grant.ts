import { and, eq, sql } from 'drizzle-orm';
import { type Acting, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { roleGrants } from '../schema.ts';
import {
  functionsOf,
  type Grant,
  hasRole,
  identifier,
  oneAtATime,
  recordedWorkspace,
  requireOwner,
} from './grant.ts';

/**
 * Takes a grant away; from its commit on the functions refuse. With the last grant of a right goes the right to its function; that to use the schema,
 * by which nothing can be read, stays. False when there was no such grant. The role may be gone.
 *
 * @throws NotTheOwnerError
 */
export async function removeGrant(
  database: Pick<Database, 'pool'>,
  grant: Grant,
  acting: Acting,
): Promise<boolean> {
  const { role, workspaceId, right } = grant;
  return await inTransaction(database, async (tx) => {
    await requireOwner(tx);
    await oneAtATime(tx);
    const ofRight = and(eq(roleGrants.role, role), eq(roleGrants.right, right));
    const removed = await tx
      .delete(roleGrants)
      .where(and(ofRight, eq(roleGrants.workspaceId, workspaceId)))
      .returning();
    if (removed.length === 0) return false;
    if ((await tx.select().from(roleGrants).where(ofRight).limit(1)).length === 0)
      await letExecuteNoMore(tx, grant);
    await recordChange(tx, acting, {
      workspaceId: recordedWorkspace(grant),
      act: 'role_revoked',
      from: { role, right },
      to: null,
    });
    return true;
  });
}

async function letExecuteNoMore(tx: Tx, { role, right }: Grant): Promise<void> {
  if (!(await hasRole(tx, role))) return;
  await tx.execute(sql`revoke execute on function ${await functionsOf(tx, right)} from ${identifier(role)}`);
}
