import { sql } from 'drizzle-orm';
import { ALL_WORKSPACES } from '../../domain/keys/rights.ts';
import { type Acting, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { OWN_SCHEMA } from '../connection/own-schema.ts';
import { inTransaction } from '../connection/transaction.ts';
import { roleGrants } from '../schema.ts';
import { lockLivingWorkspace } from '../workspaces/lock-workspace.ts';
import {
  functionsOf,
  type Grant,
  hasRole,
  identifier,
  oneAtATime,
  recordedWorkspace,
  requireOwner,
  RoleNotFoundError,
} from './grant.ts';

/**
 * Lets a role of Postgres ask by SQL, in one workspace or in all: the row that the functions read, and the rights to the schema and to the
 * function. False when it had the grant already. Run as the owner of the schema.
 *
 * @throws RoleNotFoundError, WorkspaceNotFoundError, WorkspaceDeletingError, NotTheOwnerError
 */
export async function addGrant(
  database: Pick<Database, 'pool'>,
  grant: Grant,
  acting: Acting,
): Promise<boolean> {
  return await inTransaction(database, async (tx) => {
    // First, as a deletion does, which ends the grants of its workspace. One that is to be put need not exist.
    if (grant.workspaceId !== ALL_WORKSPACES && grant.right === 'enqueue')
      await lockLivingWorkspace(tx, grant.workspaceId);
    await requireOwner(tx);
    await oneAtATime(tx);
    if (!(await hasRole(tx, grant.role))) throw new RoleNotFoundError(grant.role);
    await letExecute(tx, grant);
    const added = await tx.insert(roleGrants).values(grant).onConflictDoNothing().returning();
    if (added.length === 0) return false;
    const { role, right } = grant;
    await recordChange(tx, acting, {
      workspaceId: recordedWorkspace(grant),
      act: 'role_granted',
      from: null,
      to: { role, right },
    });
    return true;
  });
}

async function letExecute(tx: Tx, { role, right }: Grant): Promise<void> {
  const functions = await functionsOf(tx, right);
  await tx.execute(sql`grant usage on schema ${sql.raw(OWN_SCHEMA)} to ${identifier(role)}`);
  await tx.execute(sql`grant execute on function ${functions} to ${identifier(role)}`);
}
