import { KEPT, type RetentionClass } from './retention.ts';

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
  /** For how many days an execution is kept after its end; 0 keeps it. */
  readonly retentionDays: RetentionClass;
  /** The same of inputs and results. At most as long as their executions: see payloadsOutlastRows. */
  readonly payloadRetentionDays: RetentionClass;
}

const DAY_SECONDS = 24 * 3600;
const MIB = 2 ** 20;

/**
 * The plans a workspace can be on, from smallest to largest, with the numbers as sold: a tier's row in the database begins with them, unless
 * settings say otherwise (`TIER_PRO_CONCURRENT_LIMIT` and so on). A line more is a tier more: docs/adding-a-tier.md.
 */
const AS_SOLD = {
  pro: {
    limit: 5,
    maxDurationSeconds: DAY_SECONDS,
    maxPending: 10_000,
    maxPendingBytes: 256 * MIB,
    retentionDays: 30,
    payloadRetentionDays: 30,
  },
  enterprise: {
    limit: 10,
    maxDurationSeconds: 7 * DAY_SECONDS,
    maxPending: 100_000,
    maxPendingBytes: 2048 * MIB,
    retentionDays: 30,
    payloadRetentionDays: 30,
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

/** The fields that are one of some retention classes. */
export const RETENTION_FIELDS = ['retentionDays', 'payloadRetentionDays'] as const;
export type RetentionField = (typeof RETENTION_FIELDS)[number];

/** The numbers that a tier may have in its other fields. Of bytes at least more than the largest input, so that an empty queue takes any. */
export const TIER_RANGES: Readonly<Record<Exclude<keyof TierConfig, RetentionField>, Range>> = {
  limit: { min: LIMIT_MIN, max: LIMIT_MAX },
  maxDurationSeconds: { min: 1, max: 365 * DAY_SECONDS },
  maxPending: { min: 1, max: 10_000_000 },
  maxPendingBytes: { min: MIB, max: 2 ** 43 },
};

/**
 * True when payloads would be kept for longer than the executions that they belong to: nobody could read them, nor ask for their deletion.
 */
export function payloadsOutlastRows({
  retentionDays,
  payloadRetentionDays,
}: Pick<TierConfig, RetentionField>): boolean {
  if (retentionDays === KEPT) return false;
  return payloadRetentionDays === KEPT || payloadRetentionDays > retentionDays;
}

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
