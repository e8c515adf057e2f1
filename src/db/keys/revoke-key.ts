import { eq, sql } from 'drizzle-orm';
import { KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import type { Db } from '../connection/database.ts';
import { apiKeys } from '../schema.ts';
import { KEY_COLUMNS, type KeySummaryRow } from './key-row.ts';

/**
 * Ends a key for good. The first time counts: a repeat changes nothing.
 *
 * @throws KeyNotFoundError
 */
export async function revokeKey(db: Db, id: string, revokedBy: string | null): Promise<KeySummaryRow> {
  const [row] = await db
    .update(apiKeys)
    .set({
      revokedBy: sql`case when ${apiKeys.revokedAt} is null then ${revokedBy}::text else ${apiKeys.revokedBy} end`,
      revokedAt: sql`coalesce(${apiKeys.revokedAt}, clock_timestamp())`,
    })
    .where(eq(apiKeys.id, id))
    .returning(KEY_COLUMNS);
  if (row === undefined) throw new KeyNotFoundError(id);
  return row;
}
