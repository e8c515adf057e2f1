import { isRetentionClass, KEPT } from '../domain/retention.ts';
import { payloadsOutlastRows, type Tier, TIERS, type TierConfig, type TierConfigs } from '../domain/tier.ts';
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

/** Names each tier whose settings would keep payloads for longer than executions. Settings that are of no class are not its subject. */
export function payloadRetentionProblems(settings: Readonly<Record<TierSettingName, number>>): string[] {
  return TIERS.flatMap((tier) => {
    const rows = tierSettingName(tier, 'retentionDays');
    const payloads = tierSettingName(tier, 'payloadRetentionDays');
    const [retentionDays, payloadRetentionDays] = [settings[rows], settings[payloads]];
    if (!isRetentionClass(retentionDays) || !isRetentionClass(payloadRetentionDays)) return [];
    if (!payloadsOutlastRows({ retentionDays, payloadRetentionDays })) return [];
    return [
      `${payloads} is ${payloadRetentionDays} and ${rows} is ${retentionDays}: payloads cannot be kept for longer than their executions. ` +
        `Set ${payloads} to ${retentionDays} or less (0 is for ever), or ${rows} to 0 or as long.`,
    ];
  });
}

interface TierRow extends TierConfig {
  readonly name: Tier;
}

interface TierSettings {
  readonly tiers: TierConfigs;
  readonly tierSettingsSet: ReadonlySet<TierSettingName>;
}

/** At the start of a process: a line for settings that change nothing, and one for tiers that delete nothing. */
export function warnOfTiers(
  config: TierSettings & { readonly PORT: number },
  rows: readonly TierRow[],
  log: Log,
): void {
  const overruled = overruledTierSettings(config, rows);
  if (overruled !== null) log.warn(overruled);
  const kept = tiersWithoutRetention(config, rows);
  if (kept !== null) log.warn(kept);
}

/**
 * For the log: which tiers keep all that has ended, as those of an upgraded database do until somebody says otherwise, and the commands
 * that give them a retention. Null when there are none.
 */
export function tiersWithoutRetention(
  { PORT }: { readonly PORT: number },
  rows: readonly TierRow[],
): string | null {
  const kept = rows.filter((row) => row.retentionDays === KEPT && row.payloadRetentionDays === KEPT);
  if (kept.length === 0) return null;
  const commands = kept.map(
    (row) =>
      `curl -X PUT http://127.0.0.1:${PORT}/v1/tiers/${row.name} -H 'content-type: application/json' -d '${JSON.stringify(withRetention(row))}'`,
  );
  return (
    `nothing is deleted of the tier ${kept.map(({ name }) => name).join(', ')}, because it has no retention: ended executions and their ` +
    `payloads stay, and the database grows. To keep them for 30 days: ${commands.join(' && ')}`
  );
}

/** As PUT takes it. */
function withRetention({ limit, maxDurationSeconds, maxPending, maxPendingBytes }: TierRow) {
  const retention = { retentionDays: 30, payloadRetentionDays: 30 };
  return { limit, maxDurationSeconds, maxPending, maxPendingBytes, ...retention };
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
