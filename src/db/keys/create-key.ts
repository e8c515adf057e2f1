import type { ChangedState } from '../../domain/change.ts';
import { type Acting, ANYBODY, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { apiKeys } from '../schema.ts';
import { lockLivingWorkspace } from '../workspaces/lock-workspace.ts';
import { KEY_COLUMNS, type KeySummaryRow, type NewKey } from './key-row.ts';

/**
 * Under the lock of the key's workspace, so that the deletion of that workspace, which revokes its keys, misses none.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError
 */
export async function createKey(
  database: Pick<Database, 'pool'>,
  key: NewKey,
  acting: Acting = ANYBODY,
): Promise<KeySummaryRow> {
  return await inTransaction(database, async (tx) => {
    if (key.workspaceId !== null) await lockLivingWorkspace(tx, key.workspaceId);
    const row = await insertKey(tx, key);
    await recordChange(tx, acting, {
      workspaceId: row.workspaceId,
      act: 'key_created',
      from: null,
      to: keyState(row),
    });
    return row;
  });
}

/** A key as the record of changes has it: without its secret, and without what changes with its use. */
export function keyState({ id, name, rights, expiresAt }: KeySummaryRow): ChangedState {
  return { id, name, rights, expiresAt };
}

/** In a workspace that exists. */
export async function insertKey(tx: Tx, key: NewKey): Promise<KeySummaryRow> {
  const [row] = await tx
    .insert(apiKeys)
    .values({ ...key, rights: [...key.rights] })
    .returning(KEY_COLUMNS);
  return row!;
}
