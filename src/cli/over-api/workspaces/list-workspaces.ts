import { TIER_NAMES } from '../tier-names.ts';
import { HEALTHS } from '../../../domain/health.ts';
import { NUMBER_SORTS } from '../../../domain/number-sorts.ts';
import { firstOf, oneOf, pageSizeFor, ROWS } from '../arguments.ts';
import { verb } from '../command.ts';
import { STATS_COLUMNS } from './stats-columns.ts';

export const WHICH = {
  search: { type: 'string', value: 'TEXT', text: 'only workspaces with this in their id' },
  tier: { type: 'string', value: 'TIER', text: `only workspaces of this tier: ${TIER_NAMES.join(', ')}` },
  health: { type: 'string', value: 'HEALTH', text: `only workspaces of this health: ${HEALTHS.join(', ')}` },
  sort: { type: 'string', value: 'BY', text: NUMBER_SORTS.join(', ') },
  order: {
    type: 'string',
    value: 'ORDER',
    text: 'asc or desc; by id from the lowest, by a number from the highest',
  },
  ...ROWS,
} as const;

interface Which {
  readonly search?: string | undefined;
  readonly tier?: string | undefined;
  readonly health?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: string | undefined;
  readonly limit?: string | undefined;
}

/** What the options ask the server for. */
export function filterOf({ search, tier, health, sort, order, limit }: Which) {
  return {
    search,
    tier: tier === undefined ? undefined : oneOf(tier, '--tier', TIER_NAMES),
    health: health === undefined ? undefined : oneOf(health, '--health', HEALTHS),
    sort: sort === undefined ? undefined : oneOf(sort, '--sort', NUMBER_SORTS),
    order: order === undefined ? undefined : oneOf(order, '--order', ['asc', 'desc']),
    pageSize: pageSizeFor(limit),
  };
}

export const listWorkspaces = verb({
  name: 'list',
  words: [],
  text: 'Lists workspaces with their limits, slots, queues and health.',
  options: WHICH,
  kind: 'read',
  async run({ sluice, list, say }, _words, values) {
    const { rows, hasMore } = await firstOf(sluice.stats.workspaces(filterOf(values)), values.limit);
    list(rows, STATS_COLUMNS);
    if (rows.length === 0) say('No workspace matches.');
    if (hasMore) say(`There are more: --limit shows more than ${rows.length}, --search and --health fewer.`);
  },
});
