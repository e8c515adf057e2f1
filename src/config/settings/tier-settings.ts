import type Type from 'typebox';
import { RETENTION_CLASSES, type RetentionClass } from '../../domain/retention.ts';
import {
  DEFAULT_TIER_CONFIGS,
  RETENTION_FIELDS,
  type RetentionField,
  type Tier,
  TIER_RANGES,
  TIERS,
  type TierConfig,
} from '../../domain/tier.ts';
import { integer, oneOf } from './setting.ts';

const BYTES_PER_KB = 1_000;

/** The ends of the settings' names, after the tier's. */
const ENDINGS = {
  limit: 'CONCURRENT_LIMIT',
  maxDurationSeconds: 'MAX_DURATION_SECONDS',
  maxPending: 'MAX_PENDING',
  maxPendingBytes: 'MAX_PENDING_BYTES',
  retentionDays: 'RETENTION_DAYS',
  payloadRetentionDays: 'PAYLOAD_RETENTION_DAYS',
} as const satisfies Record<keyof TierConfig, string>;

type Field = keyof typeof ENDINGS;

export const TIER_FIELDS = Object.keys(ENDINGS) as readonly Field[];

export type TierSettingName = `TIER_${Uppercase<Tier>}_${(typeof ENDINGS)[Field]}`;

/** The setting that a field of a tier's row begins with. */
export function tierSettingName(tier: Tier, field: Field): TierSettingName {
  return `TIER_${tier.toUpperCase() as Uppercase<Tier>}_${ENDINGS[field]}`;
}

/** `migrate` writes them into the row of a tier that has none. From then on the row alone counts. */
export const tierSettings = Object.fromEntries(
  TIERS.flatMap((tier) => TIER_FIELDS.map((field) => [tierSettingName(tier, field), setting(tier, field)])),
) as Readonly<Record<TierSettingName, Type.TInteger>>;

function setting(tier: Tier, field: Field): Type.TInteger | Type.TUnsafe<RetentionClass> {
  const description = describe(tier, field);
  if (isRetention(field)) return oneOf(RETENTION_CLASSES, DEFAULT_TIER_CONFIGS[tier][field], description);
  const { min, max } = TIER_RANGES[field];
  return integer(DEFAULT_TIER_CONFIGS[tier][field], min, max, description);
}

function isRetention(field: Field): field is RetentionField {
  return (RETENTION_FIELDS as readonly Field[]).includes(field);
}

function describe(tier: Tier, field: Field): string {
  const named = `${/^[aeiou]/.test(tier) ? 'an' : 'a'} ${tier}`;
  switch (field) {
    case 'limit':
      return `Seeds the tier's row: executions of ${named} workspace open at once.`;
    case 'maxDurationSeconds':
      return `Seeds the tier's row: longest run of ${named} execution.`;
    case 'maxPending':
      return `Seeds the tier's row: longest queue of ${named} workspace.`;
    case 'maxPendingBytes': {
      const { maxPending, maxPendingBytes } = DEFAULT_TIER_CONFIGS[tier];
      const kb = Math.round(maxPendingBytes / maxPending / BYTES_PER_KB);
      return `Seeds the tier's row: most bytes of input in the queue of ${named} workspace. By default ${kb} kB for each execution of a full queue.`;
    }
    case 'retentionDays':
      return `Seeds the tier's row: days that ${named} execution is kept after its end; 0 keeps it.`;
    case 'payloadRetentionDays':
      return `Seeds the tier's row: days that input and result of ${named} execution are kept, at most as long as the execution; 0 keeps them.`;
    default:
      return field satisfies never;
  }
}
