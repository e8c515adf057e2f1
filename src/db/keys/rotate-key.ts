import { eq, sql } from 'drizzle-orm';
import { KeyNotAliveError, KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import type { Right } from '../../domain/keys/rights.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { apiKeys } from '../schema.ts';
import { insertKey } from './create-key.ts';
import type { KeySummaryRow, NewKey } from './key-row.ts';

export interface Rotation {
  readonly id: string;
  /** How long the old key still holds. */
  readonly graceSeconds: number;
  readonly successor: Pick<NewKey, 'id' | 'secretHash' | 'createdBy'>;
  /** Left out: as the old one's. */
  readonly expiresAt?: Date | null;
}

/**
 * Makes a key that may do what another may, which then expires after the grace, or earlier if it would have anyway. `allow` may refuse by
 * what the new one is to be.
 *
 * @throws KeyNotFoundError, KeyNotAliveError, and what `allow` throws
 */
export async function rotateKey(
  database: Pick<Database, 'pool'>,
  { id, graceSeconds, successor, ...given }: Rotation,
  allow: (key: NewKey) => void = () => {},
): Promise<KeySummaryRow> {
  return await inTransaction(database, async (tx) => {
    const { name, workspaceId, rights, expiresAt } = await lockAlive(tx, id);
    const key: NewKey = { name, workspaceId, rights: rights as Right[], expiresAt, ...given, ...successor };
    allow(key);
    const row = await insertKey(tx, key);
    const grace = sql`clock_timestamp() + make_interval(secs => ${graceSeconds})`;
    await tx
      .update(apiKeys)
      .set({
        replacedBy: row.id,
        expiresAt: sql`least(coalesce(${apiKeys.expiresAt}, 'infinity'), ${grace})`,
      })
      .where(eq(apiKeys.id, id));
    return row;
  });
}

async function lockAlive(tx: Tx, id: string): Promise<KeySummaryRow> {
  const [old] = await tx
    .select({
      row: apiKeys,
      hasExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= clock_timestamp(), false)`,
    })
    .from(apiKeys)
    .where(eq(apiKeys.id, id))
    .for('no key update');
  if (old === undefined) throw new KeyNotFoundError(id);
  if (old.row.revokedAt !== null) throw new KeyNotAliveError(id, 'is revoked');
  if (old.hasExpired) throw new KeyNotAliveError(id, 'has expired');
  if (old.row.replacedBy !== null) throw new KeyNotAliveError(id, `was replaced by ${old.row.replacedBy}`);
  return old.row;
}
