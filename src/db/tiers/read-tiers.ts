import { asc, sql } from 'drizzle-orm';
import { TierNotFoundError } from '../../domain/refusals.ts';
import type { Db, Tx } from '../connection/database.ts';
import { type TierRow, tiers } from '../schema.ts';

/** All tiers, from smallest to largest. */
export async function readTiers(db: Db): Promise<TierRow[]> {
  return await db.select().from(tiers).orderBy(asc(tiers.name));
}

/**
 * As the row is at this moment; nothing is locked, so that a transaction that holds a workspace may ask.
 *
 * @throws TierNotFoundError
 */
export async function readTier(db: Db | Tx, name: string): Promise<TierRow> {
  // As text, because Postgres refuses a word that is none of the enum's.
  const [row] = await db
    .select()
    .from(tiers)
    .where(sql`${tiers.name}::text = ${name}`);
  if (row === undefined) throw new TierNotFoundError(name);
  return row;
}
