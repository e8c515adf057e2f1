import { eq, sql } from 'drizzle-orm';
import { PayloadRetentionTooLongError, TierNotFoundError } from '../../domain/refusals.ts';
import { payloadsOutlastRows, type RetentionField, type TierConfig } from '../../domain/tier.ts';
import { type Acting, ANYBODY, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { tierChanges, type TierRow, tiers } from '../schema.ts';

/** A tier after a write, and whether its workspaces may have more executions at once than before. */
export interface TierWrite {
  readonly row: TierRow;
  readonly isRaised: boolean;
}

/** All settings of a tier; a retention that is left out stays as it is, because clients from before there was one leave it out. */
export type NewTierSettings = Omit<TierConfig, RetentionField> & Partial<Pick<TierConfig, RetentionField>>;

/**
 * Gives a tier its new settings and records them; writes nothing when they are the old ones. It locks and writes the tier alone:
 * each workspace follows in its own next reconcile, which records the workspace's limit.
 *
 * @throws TierNotFoundError, PayloadRetentionTooLongError
 */
export async function changeTier(
  database: Pick<Database, 'pool'>,
  name: string,
  asked: NewTierSettings,
  acting: Acting = ANYBODY,
): Promise<TierWrite> {
  return await inTransaction(database, async (tx) => {
    const before = await lockTier(tx, name);
    const { retentionDays, payloadRetentionDays } = before;
    const settings: TierConfig = { retentionDays, payloadRetentionDays, ...asked };
    if (isSame(before, settings)) return { row: before, isRaised: false };
    if (payloadsOutlastRows(settings))
      throw new PayloadRetentionTooLongError(name, settings.retentionDays, settings.payloadRetentionDays);
    const [row] = await tx
      .update(tiers)
      .set({ ...settings, updatedAt: sql`clock_timestamp()` })
      .where(eq(tiers.name, before.name))
      .returning();
    await tx
      .insert(tierChanges)
      .values({ tier: before.name, source: 'api', changedBy: acting.by, ...settings });
    await recordChange(tx, acting, {
      workspaceId: null,
      act: 'tier_settings_changed',
      from: { tier: before.name, ...settingsOf(before) },
      to: { tier: before.name, ...settings },
    });
    return { row: row!, isRaised: settings.limit > before.limit };
  });
}

/** Not `for update`: the record of changes refers to this row. */
async function lockTier(tx: Tx, name: string): Promise<TierRow> {
  const [row] = await tx
    .select()
    .from(tiers)
    .where(sql`${tiers.name}::text = ${name}`)
    .for('no key update');
  if (row === undefined) throw new TierNotFoundError(name);
  return row;
}

function settingsOf({ name: _name, updatedAt: _updatedAt, ...settings }: TierRow): TierConfig {
  return settings;
}

function isSame(before: TierConfig, settings: TierConfig): boolean {
  return (Object.keys(settings) as (keyof TierConfig)[]).every((field) => before[field] === settings[field]);
}
