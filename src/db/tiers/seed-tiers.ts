import { TIERS, type TierConfigs } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';
import { tierChanges, type TierRow, tiers } from '../schema.ts';

/** Makes the missing rows of tiers from the configuration, and returns these rows. A row that is there stays as it is. */
export async function seedTiers(db: Db, configs: TierConfigs): Promise<TierRow[]> {
  return await db.transaction(async (tx) => {
    const seeded = await tx
      .insert(tiers)
      .values(TIERS.map((name) => ({ name, ...configs[name] })))
      .onConflictDoNothing()
      .returning();
    for (const { name, updatedAt, ...config } of seeded)
      await tx
        .insert(tierChanges)
        .values({ tier: name, source: 'configuration', changedAt: updatedAt, ...config });
    return seeded;
  });
}
