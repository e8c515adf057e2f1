import { type SQL, sql } from 'drizzle-orm';
import type { Health } from '../../domain/health.ts';
import type { NumberSort } from '../../domain/number-sorts.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';
import { healthIn, OLDEST_ENTERED, SINCE_MEASURED, SINCE_SHOWN, URGENCY } from './workspace-facts.ts';
import { NUMBERS, type NumbersRow, numbersOf, type WorkspaceNumbers } from './workspace-numbers.ts';

/** Which workspaces a list has, and in which order; null for what does not matter. */
export interface NumbersQuery {
  readonly sort: NumberSort;
  readonly order: 'asc' | 'desc';
  /** Part of the id; large and small letters are the same. */
  readonly search: string | null;
  readonly tier: Tier | null;
  readonly health: Health | null;
}

/** Where a page begins: after the workspace of that id, which had that number, in one part of the list. */
export interface NumbersPlace {
  readonly part: Part;
  readonly key: number;
  readonly id: string;
}

/**
 * A list by a number has two parts: the workspaces that can have one, which are looked at and put in order, and all others, which are read by id
 * and only as far as the page needs them. So many idle workspaces cost nothing.
 */
const PARTS = ['all', 'ranked', 'rest'] as const;
type Part = (typeof PARTS)[number];

export const isPart = (text: string): text is Part => (PARTS as readonly string[]).includes(text);

interface Page {
  readonly query: NumbersQuery;
  readonly after: NumbersPlace | null;
  readonly limit: number;
}

/**
 * At most `limit` workspaces, and where the next page begins; null when this is the last. The counters are as they are at each page: a
 * workspace whose number changes meanwhile may come twice or be left out, but not by id.
 */
export async function listWorkspaceNumbers(
  db: Db,
  { query, after, limit }: Page,
): Promise<{ rows: WorkspaceNumbers[]; next: NumbersPlace | null }> {
  const parts = partsOf(query);
  const found: (NumbersRow & { key: number; part: Part })[] = [];
  for (const part of after === null ? parts : parts.slice(Math.max(0, parts.indexOf(after.part)))) {
    const missing = limit + 1 - found.length;
    const place = after?.part === part ? after : null;
    const { rows } = await db.execute<NumbersRow & { key: number }>(statement(part, query, place, missing));
    found.push(...rows.map((row) => ({ ...row, part })));
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(numbersOf),
    next: found.length > limit && last !== undefined ? { part: last.part, key: last.key, id: last.id } : null,
  };
}

function partsOf({ sort, order, health }: NumbersQuery): readonly Part[] {
  if (sort === 'id' || isBusy(health)) return ['all'];
  return order === 'desc' ? ['ranked', 'rest'] : ['rest', 'ranked'];
}

/** Workspaces that are more than idle, each by a partial index that holds no others. */
const BUSY_IDS = sql.raw(`
  select id from workspaces where has_work
  union select id from workspaces where restoring_since is not null
  union select id from workspaces where paused_at is not null
  union select id from workspaces where deleting_since is not null`);

const isBusy = (health: Health | null) => health !== null && health !== 'idle';

interface Ranking {
  /** Selects the `id` of each workspace that can have a number and, where it is not in the workspace's own row, as `key` the number. */
  readonly ranked: SQL;
  /** The number, over a workspace `w` and what is ranked `r`. Null, and less than any other, where there is none. */
  readonly key: SQL;
}

const ofRow = (key: SQL): Ranking => ({ ranked: BUSY_IDS, key });

const ofNewestSample = (column: 'wait_p95_seconds' | 'handoff_p99_seconds'): Ranking => ({
  ranked: sql`
    select distinct on (s.workspace_id) s.workspace_id as id, s.${sql.raw(column)} as key from workspace_samples s
    where s.minute > ${SINCE_MEASURED} order by s.workspace_id, s.minute desc`,
  key: sql.raw('r.key'),
});

const RANKINGS: Readonly<Record<Exclude<NumberSort, 'id'>, Ranking>> = {
  health: ofRow(URGENCY),
  pending: ofRow(sql.raw('w.pending')),
  running: ofRow(sql.raw('w.running')),
  // The time and not the wait, which is another for the next page.
  oldestWait: ofRow(sql`-extract(epoch from ${OLDEST_ENTERED})`),
  waitP95: ofNewestSample('wait_p95_seconds'),
  handoffP99: ofNewestSample('handoff_p99_seconds'),
  failures: {
    ranked: sql`
      select s.workspace_id as id, sum(s.failed) as key from workspace_samples s
      where s.failed > 0 and s.minute >= ${SINCE_SHOWN} group by s.workspace_id`,
    key: sql.raw('r.key'),
  },
};

const rankingOf = ({ sort }: NumbersQuery) => RANKINGS[sort as keyof typeof RANKINGS];

/** Picks the workspaces of a page first: what is only shown is read for these alone. */
function statement(part: Part, query: NumbersQuery, place: NumbersPlace | null, most: number): SQL {
  const { picked, direction } =
    query.sort === 'id' || part === 'rest'
      ? { picked: pickById(part, query, place), direction: direct(query.sort === 'id' ? query.order : 'asc') }
      : { picked: pickByNumber(part, query, place), direction: direct('asc') };
  const order = sql`${sql.raw(`key ${query.order}`)}, id ${direction}`;
  return sql`
    with picked as materialized (select id, key from (${picked}) as found order by ${order} limit ${most})
    select p.key, ${NUMBERS}
    from picked p join workspaces w on w.id = p.id join tiers t on t.name = w.tier
    order by p.key ${direct(query.order)}, p.id ${direction}`;
}

const direct = (order: 'asc' | 'desc') => sql.raw(order);

function pickById(part: Part, query: NumbersQuery, place: NumbersPlace | null): SQL {
  const after =
    place === null
      ? sql.raw('true')
      : query.sort === 'id' && query.order === 'desc'
        ? sql`w.id < ${place.id}`
        : sql`w.id > ${place.id}`;
  return sql`
    select w.id, 0::float8 as key from workspaces w join tiers t on t.name = w.tier
    where ${matching(part, query)} and ${after}`;
}

function pickByNumber(part: Part, query: NumbersQuery, place: NumbersPlace | null): SQL {
  const { ranked, key } = rankingOf(query);
  const than = sql.raw(query.order === 'desc' ? '<' : '>');
  const after =
    place === null
      ? sql.raw('true')
      : sql`(k.key ${than} ${place.key}::float8 or (k.key = ${place.key}::float8 and k.id > ${place.id}))`;
  // Whoever is not ranked has no number, and may be asked for by health all the same. `offset 0`: the number is found out once.
  return sql`
    select k.id, k.key from (
      select w.id, coalesce((${key})::float8, '-Infinity') as key
      from workspaces w join tiers t on t.name = w.tier ${sql.raw(part === 'all' ? 'left' : '')} join (${ranked}) r on r.id = w.id
      where ${matching(part, query)} offset 0) k
    where ${after}`;
}

function matching(part: Part, query: NumbersQuery): SQL {
  const { search, tier, health } = query;
  const conditions: SQL[] = [];
  if (part === 'all' && isBusy(health)) conditions.push(sql`w.id in (${BUSY_IDS})`);
  if (part === 'rest') conditions.push(sql`w.id not in (select r.id from (${rankingOf(query).ranked}) r)`);
  if (tier !== null) conditions.push(sql`w.tier = ${tier}`);
  if (search !== null) conditions.push(sql`strpos(lower(w.id), ${search.toLowerCase()}) > 0`);
  if (health !== null) conditions.push(sql`${healthIn()} = ${health}`);
  return conditions.length === 0 ? sql.raw('true') : sql.join(conditions, sql.raw(' and '));
}
