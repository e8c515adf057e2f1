import { eq, sql } from 'drizzle-orm';
import { KeyNotAliveError, KeyNotFoundError } from '../../domain/keys/key-refusals.ts';
import type { Right } from '../../domain/keys/rights.ts';
import { type Acting, ANYBODY, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { apiKeys } from '../schema.ts';
import { insertKey, keyState } from './create-key.ts';
import { KEY_COLUMNS, type KeySummaryRow, type NewKey } from './key-row.ts';

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
  acting: Acting = ANYBODY,
): Promise<KeySummaryRow> {
  return await inTransaction(database, async (tx) => {
    await lockWorkspaceOf(tx, id);
    const old = await lockAlive(tx, id);
    const { name, workspaceId, rights, expiresAt } = old;
    const key: NewKey = { name, workspaceId, rights: rights as Right[], expiresAt, ...given, ...successor };
    allow(key);
    const row = await insertKey(tx, key);
    const grace = sql`clock_timestamp() + make_interval(secs => ${graceSeconds})`;
    const [replaced] = await tx
      .update(apiKeys)
      .set({
        replacedBy: row.id,
        expiresAt: sql`least(coalesce(${apiKeys.expiresAt}, 'infinity'), ${grace})`,
      })
      .where(eq(apiKeys.id, id))
      .returning(KEY_COLUMNS);
    await recordChange(tx, acting, {
      workspaceId,
      act: 'key_rotated',
      from: keyState(old),
      to: { ...keyState(replaced!), replacedBy: keyState(row) },
    });
    return row;
  });
}

/** First, as its deletion does, which revokes its keys: so that it does not miss the one that is about to be made. A workspace that is gone has revoked them. */
async function lockWorkspaceOf(tx: Tx, id: string): Promise<void> {
  await tx.execute(sql`
    select from workspaces where id = (select workspace_id from api_keys where id = ${id}) for update`);
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
