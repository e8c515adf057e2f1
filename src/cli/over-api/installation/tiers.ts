import type { Tier, TierSettings } from '../../../../packages/client/src/index.ts';
import { TIER_NAMES } from '../tier-names.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../options.ts';
import { type Column, fieldLines } from '../../print/table.ts';
import { duration } from '../../print/times.ts';
import { oneOf } from '../arguments.ts';
import { verb } from '../command.ts';
import { group } from '../group.ts';

const days = (kept: number | null) => (kept === null ? 'for ever' : `${kept} d`);

const COLUMNS: readonly Column<Tier>[] = [
  { title: 'TIER', of: ({ name }) => name },
  { title: 'LIMIT', of: ({ limit }) => limit },
  { title: 'LONGEST RUN', of: ({ maxDurationSeconds }) => duration(maxDurationSeconds) },
  { title: 'MOST PENDING', of: ({ maxPending }) => maxPending },
  { title: 'BYTES', of: ({ maxPendingBytes }) => maxPendingBytes },
  { title: 'KEPT', of: ({ retentionDays }) => days(retentionDays) },
  { title: 'PAYLOADS KEPT', of: ({ payloadRetentionDays }) => days(payloadRetentionDays) },
  { title: 'CHANGED', of: ({ updatedAt }) => updatedAt },
];

const listTiers = verb({
  name: 'list',
  words: [],
  text: 'Lists the tiers, from smallest to largest.',
  options: {},
  kind: 'read',
  async run({ sluice, list }) {
    list(await sluice.tiers.list(), COLUMNS);
  },
});

const getTier = verb({
  name: 'get',
  words: ['TIER'],
  text: 'Shows a tier.',
  options: {},
  kind: 'read',
  async run({ sluice, show }, [name]) {
    const tier = await sluice.tiers.get(oneOf(name!, 'TIER', TIER_NAMES));
    show(tier, () => tierLines(tier));
  },
});

const NUMBERS = {
  limit: 'limit',
  'max-duration': 'maxDurationSeconds',
  'max-pending': 'maxPending',
  'max-pending-bytes': 'maxPendingBytes',
} as const;
const RETENTIONS = { retention: 'retentionDays', 'payload-retention': 'payloadRetentionDays' } as const;

const putTier = verb({
  name: 'put',
  words: ['TIER'],
  text: 'Changes settings of a tier, for every workspace on it; the others stay as they are read.',
  options: {
    limit: { type: 'string', value: 'N', text: 'how many executions of a workspace run at once' },
    'max-duration': { type: 'string', value: 'SECONDS', text: 'how long one execution may run' },
    'max-pending': { type: 'string', value: 'N', text: 'how many may wait in a queue' },
    'max-pending-bytes': {
      type: 'string',
      value: 'BYTES',
      text: 'how many bytes of input may wait in a queue',
    },
    retention: {
      type: 'string',
      value: 'DAYS',
      text: 'how long executions are kept: 7, 30, 90, 365, or ever',
    },
    'payload-retention': { type: 'string', value: 'DAYS', text: 'how long inputs and results are kept' },
  },
  kind: 'ask',
  async run({ sluice, show, confirm }, [word], values) {
    const name = oneOf(word!, 'TIER', TIER_NAMES);
    const changes = changesOf(values);
    if (Object.keys(changes).length === 0) throw new UsageError('There is nothing to change.');
    const { name: _name, updatedAt: _updatedAt, ...before } = await sluice.tiers.get(name);
    const settings: TierSettings = { ...before, ...changes };
    const { tiers } = await sluice.stats.get();
    const workspaces = tiers.find((tier) => tier.name === name)?.workspaces ?? 0;
    const what = Object.entries(changes).map(
      ([field, to]) => `${field} ${String(before[field as keyof typeof before])} -> ${String(to)}`,
    );
    if (
      !(await confirm(`Changes the tier ${name}, for all its ${workspaces} workspaces: ${what.join(', ')}.`))
    )
      return EXIT.refused;
    const tier = await sluice.tiers.put(name, settings);
    show(tier, () => tierLines(tier));
    return EXIT.done;
  },
});

export const tiers = group('tiers', 'Tiers, over the API.', [listTiers, getTier, putTier]);

function changesOf(values: Readonly<Record<string, string | undefined>>): Partial<TierSettings> {
  const numbers = Object.entries(NUMBERS).flatMap(([option, field]) =>
    values[option] === undefined ? [] : [[field, numberOf(values[option], option)]],
  );
  const kept = Object.entries(RETENTIONS).flatMap(([option, field]) =>
    values[option] === undefined
      ? []
      : [[field, values[option] === 'ever' ? null : numberOf(values[option], option)]],
  );
  return Object.fromEntries([...numbers, ...kept]) as Partial<TierSettings>;
}

function numberOf(text: string, option: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} ${text} is no whole number.`);
}

function tierLines(tier: Tier): string[] {
  return fieldLines(COLUMNS.map(({ title, of }) => [title.toLowerCase(), of(tier)]));
}
