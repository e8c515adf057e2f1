import type { TierName } from '../tiers.ts';
import { bound } from './statement.ts';
import { ask, type Transaction } from './transaction.ts';

/**
 * Creates a workspace or changes its tier, if and when the caller's transaction commits. Its other settings stay.
 *
 * @throws ForbiddenError, InvalidRequestError, WorkspaceDeletingError, NotInTransactionError, NoSluiceInDatabaseError
 */
export async function putWorkspace(tx: Transaction, workspaceId: string, tier: TierName): Promise<void> {
  await ask(tx, 'admin', bound`select sluice.put_workspace(${workspaceId}::text, ${tier}::text)::text as id`);
}
