import { sql } from 'drizzle-orm';
import { KEPT } from '../../domain/retention.ts';
import { type Tier, TIERS, type TierConfig, type TierConfigs } from '../../domain/tier.ts';
import { recordChange } from '../changes/record-change.ts';
import type { Db } from '../connection/database.ts';
import { tierChanges, type TierRow, tiers } from '../schema.ts';

/**
 * Makes the missing rows of tiers from the configuration, and returns these rows. A row that is there stays as it is. A tier that has
 * workspaces already is that of an upgraded database, and begins without a retention: nobody has said that what it has may be deleted.
 */
export async function seedTiers(db: Db, configs: TierConfigs): Promise<TierRow[]> {
  return await db.transaction(async (tx) => {
    const seeded = await tx
      .insert(tiers)
      .values(TIERS.map((name) => ({ name, ...configs[name], ...retentionOf(name, configs[name]) })))
      .onConflictDoNothing()
      .returning();
    for (const { name, updatedAt, ...config } of seeded) {
      await tx
        .insert(tierChanges)
        .values({ tier: name, source: 'configuration', changedAt: updatedAt, ...config });
      await recordChange(
        tx,
        { by: null, source: 'configuration' },
        { workspaceId: null, act: 'tier_settings_changed', from: null, to: { tier: name, ...config } },
      );
    }
    return seeded;
  });
}

function retentionOf(name: Tier, { retentionDays, payloadRetentionDays }: TierConfig) {
  const unlessInUse = (days: number) =>
    sql`case when exists (select from workspaces where tier = ${name}) then ${KEPT}::smallint else ${days}::smallint end`;
  return {
    retentionDays: unlessInUse(retentionDays),
    payloadRetentionDays: unlessInUse(payloadRetentionDays),
  };
}
