import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import { type Acting, ANYBODY, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { apiKeys } from '../schema.ts';
import { keyState } from './create-key.ts';
import { KEY_COLUMNS, type KeySummaryRow } from './key-row.ts';

/**
 * Ends a key for good. The first time counts: a repeat changes nothing.
 *
 * @throws KeyNotFoundError
 */
export async function revokeKey(
  database: Pick<Database, 'pool'>,
  id: string,
  acting: Acting = ANYBODY,
): Promise<KeySummaryRow> {
  return await inTransaction(database, async (tx) => {
    const [row] = await tx.select(KEY_COLUMNS).from(apiKeys).where(eq(apiKeys.id, id)).for('no key update');
    if (row === undefined) throw new KeyNotFoundError(id);
    if (row.revokedAt !== null) return row;
    const [revoked] = await revokeWhere(tx, eq(apiKeys.id, id), acting);
    return revoked!;
  });
}

/** Ends all keys of a workspace, and returns their ids. The caller has locked it, so that none is made meanwhile. */
export async function revokeKeysOf(tx: Tx, workspaceId: string, acting: Acting): Promise<string[]> {
  const revoked = await revokeWhere(tx, eq(apiKeys.workspaceId, workspaceId), acting);
  return revoked.map(({ id }) => id);
}

async function revokeWhere(tx: Tx, which: SQL, acting: Acting): Promise<KeySummaryRow[]> {
  const revoked = await tx
    .update(apiKeys)
    .set({ revokedBy: acting.by, revokedAt: sql`clock_timestamp()` })
    .where(and(which, isNull(apiKeys.revokedAt)))
    .returning(KEY_COLUMNS);
  for (const row of revoked)
    await recordChange(tx, acting, {
      workspaceId: row.workspaceId,
      act: 'key_revoked',
      from: keyState(row),
      to: null,
    });
  return revoked;
}
