import Type, { type Static } from 'typebox';
import type { TierRow } from '../../../db/schema.ts';
import type { NewTierSettings } from '../../../db/tiers/change-tier.ts';
import { WORKSPACE_ID_PATTERN } from '../../../domain/names.ts';
import { KEPT, RETENTION_DAYS, type RetentionDays } from '../../../domain/retention.ts';
import { type Range, TIER_RANGES, TIERS } from '../../../domain/tier.ts';
import { reason } from '../changes/reason.ts';
import { textEnum } from '../../openapi/text-enum.ts';

export const TierParams = Type.Object({
  tier: Type.String({
    pattern: WORKSPACE_ID_PATTERN,
    description: `The tier: ${TIERS.map((tier) => `\`${tier}\``).join(' or ')}.`,
    examples: ['pro'],
  }),
});

const integer = ({ min, max }: Range, description: string, example: number) =>
  Type.Integer({ minimum: min, maximum: max, description, examples: [example] });

const settings = {
  limit: integer(
    TIER_RANGES.limit,
    'How many executions of a workspace run at once, unless it has a limit of its own.',
    5,
  ),
  maxDurationSeconds: integer(
    TIER_RANGES.maxDurationSeconds,
    'How long one execution may run. A change holds for executions that start after it.',
    86_400,
  ),
  maxPending: integer(
    TIER_RANGES.maxPending,
    'How many executions of a workspace may wait in its queue.',
    10_000,
  ),
  maxPendingBytes: integer(
    TIER_RANGES.maxPendingBytes,
    'How many bytes of input may wait in the queue of a workspace.',
    268_435_456,
  ),
};

/**
 * Null says "kept" in the API. In the database it is the class 0, which would read like "not kept at all" here. Null stands apart from the numbers,
 * because generators of clients for typed languages refuse it among them.
 */
const days = (description: string) =>
  Type.Unsafe<RetentionDays | null>({
    anyOf: [{ type: 'integer', enum: [...RETENTION_DAYS] }, { type: 'null' }],
    description,
    examples: [30],
  });

const retention = {
  retentionDays: days(
    'How many days an execution is kept after its end; null keeps it. A change holds for executions that end after it.',
  ),
  payloadRetentionDays: days(
    'How many days input and result of an execution are kept, at most as long as the execution; null keeps them. A change holds for ' +
      'executions that are accepted after it.',
  ),
};

export const PutTierBody = Type.Object(
  {
    ...settings,
    retentionDays: Type.Optional(retention.retentionDays),
    payloadRetentionDays: Type.Optional(retention.payloadRetentionDays),
    reason,
  },
  {
    additionalProperties: false,
    description: 'All settings of a tier. A retention that is left out stays as it is.',
    examples: [
      {
        limit: 7,
        maxDurationSeconds: 86_400,
        maxPending: 10_000,
        maxPendingBytes: 268_435_456,
        retentionDays: 90,
        payloadRetentionDays: 7,
      },
    ],
  },
);
export type PutTierBody = Static<typeof PutTierBody>;

export const Tier = Type.Object(
  {
    name: textEnum(TIERS, { examples: ['pro'] }),
    ...settings,
    ...retention,
    updatedAt: Type.String({ format: 'date-time', description: 'When a setting last changed.' }),
  },
  { $id: 'Tier', description: 'A plan of workspaces, and its numbers.' },
);
export type Tier = Static<typeof Tier>;

export const TierList = Type.Object(
  { items: Type.Array(Type.Ref('Tier')) },
  { $id: 'TierList', description: 'All tiers, from smallest to largest.' },
);

export function tierView({ updatedAt, retentionDays, payloadRetentionDays, ...row }: TierRow): Tier {
  return {
    ...row,
    retentionDays: retentionDays === KEPT ? null : retentionDays,
    payloadRetentionDays: payloadRetentionDays === KEPT ? null : payloadRetentionDays,
    updatedAt: updatedAt.toISOString(),
  };
}

/** A request's settings as the database has them. */
export function settingsOf({
  retentionDays,
  payloadRetentionDays,
  reason: _reason,
  ...body
}: PutTierBody): NewTierSettings {
  return {
    ...body,
    ...(retentionDays !== undefined && { retentionDays: retentionDays ?? KEPT }),
    ...(payloadRetentionDays !== undefined && { payloadRetentionDays: payloadRetentionDays ?? KEPT }),
  };
}
