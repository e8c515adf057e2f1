/** What a tier entitles a workspace to. */
export interface TierConfig {
  /** Executions that may be open in Temporal at once. */
  readonly limit: number;
  /** How long one execution may stay open, in seconds; Temporal times it out after that. */
  readonly maxDurationSeconds: number;
  /** Rows that may wait in the queue; beyond that the API answers 429. */
  readonly maxPending: number;
  /** Bytes of input that may wait in the queue; beyond that the API answers 429. */
  readonly maxPendingBytes: number;
}

const DAY_SECONDS = 24 * 3600;
const MIB = 2 ** 20;

/**
 * The plans a workspace can be on, from smallest to largest, with the numbers as sold: a tier's row in the database begins with them, unless
 * settings say otherwise (`TIER_PRO_CONCURRENT_LIMIT` and so on). A line more is a tier more: docs/adding-a-tier.md.
 */
const AS_SOLD = {
  pro: { limit: 5, maxDurationSeconds: DAY_SECONDS, maxPending: 10_000, maxPendingBytes: 256 * MIB },
  enterprise: {
    limit: 10,
    maxDurationSeconds: 7 * DAY_SECONDS,
    maxPending: 100_000,
    maxPendingBytes: 2048 * MIB,
  },
} satisfies Record<string, TierConfig>;

export type Tier = keyof typeof AS_SOLD;

export type TierConfigs = Readonly<Record<Tier, TierConfig>>;

export const DEFAULT_TIER_CONFIGS: TierConfigs = AS_SOLD;

export const TIERS = Object.keys(AS_SOLD) as unknown as readonly [Tier, ...Tier[]];

/** A number from `min` to `max`, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Bounds of a limit, a tier's or a workspace's own. 1000 stays well under Temporal's 2,000 pending children per workflow. */
export const LIMIT_MIN = 1;
export const LIMIT_MAX = 1000;

/** The numbers that a tier may have. Of bytes at least more than the largest input, so that an empty queue takes any. */
export const TIER_RANGES: Readonly<Record<keyof TierConfig, Range>> = {
  limit: { min: LIMIT_MIN, max: LIMIT_MAX },
  maxDurationSeconds: { min: 1, max: 365 * DAY_SECONDS },
  maxPending: { min: 1, max: 10_000_000 },
  maxPendingBytes: { min: MIB, max: 2 ** 43 },
};

/** True for a number that may be stored as a workspace's limit override. */
export function isLimitOverride(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= LIMIT_MIN && (value as number) <= LIMIT_MAX;
}

/** Where a workspace's limit in force comes from. */
export type LimitSource = 'tier' | 'override';

/** The limit by both: the workspace's override when there is one, else its tier's limit. */
export function effectiveLimit(
  { limitOverride }: { limitOverride: number | null },
  tier: Pick<TierConfig, 'limit'>,
): { limit: number; limitSource: LimitSource } {
  return limitOverride === null
    ? { limit: tier.limit, limitSource: 'tier' }
    : { limit: limitOverride, limitSource: 'override' };
}
