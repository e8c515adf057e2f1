import Type, { type Static } from 'typebox';
import type { TierRow } from '../../../db/schema.ts';
import { WORKSPACE_ID_PATTERN } from '../../../domain/names.ts';
import { type Range, TIER_RANGES, TIERS } from '../../../domain/tier.ts';
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

export const PutTierBody = Type.Object(settings, {
  additionalProperties: false,
  description: 'All settings of a tier.',
  examples: [{ limit: 7, maxDurationSeconds: 86_400, maxPending: 10_000, maxPendingBytes: 268_435_456 }],
});

export const Tier = Type.Object(
  {
    name: textEnum(TIERS, { examples: ['pro'] }),
    ...settings,
    updatedAt: Type.String({ format: 'date-time', description: 'When a setting last changed.' }),
  },
  { $id: 'Tier', description: 'A plan of workspaces, and its numbers.' },
);
export type Tier = Static<typeof Tier>;

export const TierList = Type.Object(
  { items: Type.Array(Type.Ref('Tier')) },
  { $id: 'TierList', description: 'All tiers, from smallest to largest.' },
);

export function tierView({ updatedAt, ...row }: TierRow): Tier {
  return { ...row, updatedAt: updatedAt.toISOString() };
}
