import type { Db, Tx } from '../connection/database.ts';
import { apiKeys } from '../schema.ts';
import { findWorkspace } from '../workspaces/find-workspace.ts';
import { KEY_COLUMNS, type KeySummaryRow, type NewKey } from './key-row.ts';

/** @throws WorkspaceNotFoundError */
export async function createKey(db: Db, key: NewKey): Promise<KeySummaryRow> {
  if (key.workspaceId !== null) await findWorkspace(db, key.workspaceId);
  return await insertKey(db, key);
}

/** In a workspace that exists. */
export async function insertKey(tx: Db | Tx, key: NewKey): Promise<KeySummaryRow> {
  const [row] = await tx
    .insert(apiKeys)
    .values({ ...key, rights: [...key.rights] })
    .returning(KEY_COLUMNS);
  return row!;
}
