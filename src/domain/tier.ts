/** The plans a workspace can be on. Order is from smallest to largest. */
export const TIERS = ['pro', 'enterprise'] as const;

export type Tier = (typeof TIERS)[number];

/** What a tier entitles a workspace to. */
export interface TierConfig {
  /** Executions that may be open in Temporal at once. */
  readonly concurrentLimit: number;
  /** How long one execution may stay open, in seconds; Temporal times it out after that. */
  readonly maxDurationSeconds: number;
  /** Rows that may wait in the queue; beyond that the API answers 429. */
  readonly maxPending: number;
  /** Bytes of input that may wait in the queue; beyond that the API answers 429. */
  readonly maxPendingBytes: number;
}

export type TierConfigs = Readonly<Record<Tier, TierConfig>>;

const HOUR_SECONDS = 3600;
const MIB = 2 ** 20;

/** The defaults, as sold: each can be changed by configuration (`TIER_PRO_CONCURRENT_LIMIT` and so on). */
export const DEFAULT_TIER_CONFIGS: TierConfigs = {
  pro: {
    concurrentLimit: 5,
    maxDurationSeconds: 24 * HOUR_SECONDS,
    maxPending: 10_000,
    maxPendingBytes: 256 * MIB,
  },
  enterprise: {
    concurrentLimit: 10,
    maxDurationSeconds: 7 * 24 * HOUR_SECONDS,
    maxPending: 100_000,
    maxPendingBytes: 2_048 * MIB,
  },
};

/** Bounds of a workspace's own limit override. 1000 stays well under Temporal's 2,000 pending children per workflow. */
export const LIMIT_OVERRIDE_MIN = 1;
export const LIMIT_OVERRIDE_MAX = 1000;

/** True for a number that may be stored as a workspace's limit override. */
export function isLimitOverride(value: unknown): value is number {
  return (
    Number.isInteger(value) &&
    (value as number) >= LIMIT_OVERRIDE_MIN &&
    (value as number) <= LIMIT_OVERRIDE_MAX
  );
}

/** Where a workspace's limit in force comes from. */
export type LimitSource = 'tier' | 'override';

/** The limit in force: the override when there is one, else the tier's. */
export function effectiveLimit(
  workspace: { tier: Tier; limitOverride: number | null },
  tiers: TierConfigs,
): { limit: number; limitSource: LimitSource } {
  return workspace.limitOverride === null
    ? { limit: tiers[workspace.tier].concurrentLimit, limitSource: 'tier' }
    : { limit: workspace.limitOverride, limitSource: 'override' };
}
