import { type Tier, TIERS, type TierConfig, type TierConfigs } from '../domain/tier.ts';
import type { Log } from '../process/log.ts';
import { TIER_FIELDS, type TierSettingName, tierSettingName } from './settings/tier-settings.ts';

/** The settings of each tier, set or by default. Only `migrate` uses them, for a tier without a row. */
export function tiersOf(settings: Readonly<Record<TierSettingName, number>>): TierConfigs {
  return Object.fromEntries(
    TIERS.map((tier) => [
      tier,
      Object.fromEntries(TIER_FIELDS.map((field) => [field, settings[tierSettingName(tier, field)]])),
    ]),
  ) as unknown as TierConfigs;
}

/** The tier settings that are set, whatever their values. */
export function tierSettingsSet(env: Readonly<Record<string, string | undefined>>): Set<TierSettingName> {
  const names = TIERS.flatMap((tier) => TIER_FIELDS.map((field) => tierSettingName(tier, field)));
  return new Set(names.filter((name) => (env[name] ?? '').trim() !== ''));
}

interface TierRow extends TierConfig {
  readonly name: Tier;
}

interface TierSettings {
  readonly tiers: TierConfigs;
  readonly tierSettingsSet: ReadonlySet<TierSettingName>;
}

/** One line, when there is something to say, at the start of a process. */
export function warnOfTierSettings(config: TierSettings, rows: readonly TierRow[], log: Log): void {
  const overruled = overruledTierSettings(config, rows);
  if (overruled !== null) log.warn(overruled);
}

/**
 * For the log: which settings are set, differ from their tier's row and so change nothing, and how the row is
 * changed. Null when there are none.
 */
export function overruledTierSettings(config: TierSettings, rows: readonly TierRow[]): string | null {
  const overruled = rows
    // A newer version may have tiers that this one does not know.
    .filter(({ name }) => TIERS.includes(name))
    .flatMap((row) =>
      TIER_FIELDS.map((field) => ({
        tier: row.name,
        setting: tierSettingName(row.name, field),
        set: config.tiers[row.name][field],
        inForce: row[field],
      })),
    )
    .filter(({ setting, set, inForce }) => config.tierSettingsSet.has(setting) && set !== inForce);
  if (overruled.length === 0) return null;
  const named = overruled.map(({ setting, set, inForce }) => `${setting}=${set} (in force: ${inForce})`);
  const paths = [...new Set(overruled.map(({ tier }) => `PUT /v1/tiers/${tier}`))];
  return (
    `tier settings that change nothing: ${named.join(', ')}. Tiers are rows of the database, the same for all processes: ` +
    `change one with ${paths.join(' or ')}, or remove the setting.`
  );
}
