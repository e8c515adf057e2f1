import { asc, eq, gt, inArray } from 'drizzle-orm';
import { KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import type { Db } from '../connection/database.ts';
import { apiKeys } from '../schema.ts';
import { KEY_COLUMNS, type KeyRow, type KeySummaryRow } from './key-row.ts';

/** Those of the ids that are keys, alive or not. */
export async function findKeys(db: Db, ids: readonly string[]): Promise<KeyRow[]> {
  return await db
    .select()
    .from(apiKeys)
    .where(inArray(apiKeys.id, [...ids]));
}

/**
 * A key as people may see it, alive or not.
 *
 * @throws KeyNotFoundError
 */
export async function findKey(db: Db, id: string): Promise<KeySummaryRow> {
  const [row] = await db.select(KEY_COLUMNS).from(apiKeys).where(eq(apiKeys.id, id));
  if (row === undefined) throw new KeyNotFoundError(id);
  return row;
}

/** At most `limit` keys in the order of their ids, from the one after `afterId` on. */
export async function listKeys(
  db: Db,
  page: { afterId: string | null; limit: number },
): Promise<KeySummaryRow[]> {
  return await db
    .select(KEY_COLUMNS)
    .from(apiKeys)
    .where(page.afterId === null ? undefined : gt(apiKeys.id, page.afterId))
    .orderBy(asc(apiKeys.id))
    .limit(page.limit);
}
