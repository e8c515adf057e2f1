import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { dropPartition } from '../../src/db/partitions/drop-partition.ts';
import { DAY_MS, type Leaf } from '../../src/db/partitions/grid.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { steadily } from '../measure/steady.ts';
import { insertEndedRows, makeLeaf } from '../parts/ended-rows.ts';
import { enqueueInto, makeLine, openBenchDatabase, settle, startHandoffs } from '../parts/line.ts';
import type { Bench, Figures, RunningScenario, Scenario, Timeline } from '../scenario.ts';

const ROWS = 1_000_000;
const WORKSPACES = 10;
const LIMIT = 5;
/** Enough that no queue is ever empty. */
const WAITING = 100;
/** Of each workspace, and of each of the two. */
const PER_SECOND = 5;
/** Its partition ended more than 30 days ago, whatever day of the week it is. */
const AGE_DAYS = 45;

const WARM_UP_S = 10;
const BEFORE_S = 30;
const READER_S = 30;
/** What the drop leaves to others, an autovacuum perhaps, belongs to it. */
const AFTER_S = 10;

const CALLED = ['enqueue', 'handoff'] as const;
type Called = (typeof CALLED)[number];

/** What admission feels when retention drops a partition, at the worst moment: while a report has the table open. */
export const prune: Scenario = {
  name: 'prune',
  title: `Prune: a partition of ${ROWS / 1e6} M rows goes while a reader is open for ${READER_S} s; ${WORKSPACES} workspaces, each with ${PER_SECOND} enqueued and ${PER_SECOND} handoffs a second`,
  rounds: 5,
  reaches: [
    {
      what: 'longest enqueue while it goes, ms',
      value: (f) => f['enqueue longest ms, while it goes']!,
      atMost: 100,
    },
    {
      what: 'handoff p99, while it goes over just before',
      value: (f) => f['handoff p99 ms, while it goes']! / f['handoff p99 ms, before']!,
      atMost: 1.2,
    },
  ],
  start,
};

async function start(bench: Bench): Promise<RunningScenario> {
  const url = await bench.servers.newSluiceDatabase();
  const database = openBenchDatabase(url, 2 * WORKSPACES + 2);
  let shown: { longest: number; timeline: Timeline } | null = null;
  return {
    async round(number) {
      const leaf = await makeOldLeaf(bench, database, number);
      const watched = await whileUnderLoad(bench, database, number, (moments) =>
        dropBesideReader(bench, { url, database, leaf }, moments),
      );
      const figures = figuresOf(watched);
      const longest = figures['enqueue longest ms, while it goes']!;
      if (shown === null || longest > shown.longest) shown = { longest, timeline: timelineOf(watched) };
      return figures;
    },
    timeline: () => shown?.timeline ?? null,
    stop: () => database.close(),
  };
}

async function makeOldLeaf({ say, signal, size }: Bench, database: Database, round: number): Promise<Leaf> {
  const rows = size ?? ROWS;
  say(`  putting ${rows} ended rows into a partition that is past its retention`);
  const leaf = await makeLeaf(database, 'ended_executions', new Date(Date.now() - AGE_DAYS * DAY_MS));
  await insertEndedRows(database, {
    rows,
    from: leaf.from,
    to: new Date(leaf.to.getTime() - 1_000),
    prefix: `old${round}`,
    workspaces: 100,
    withInputs: false,
    signal,
    onRows: () => {},
  });
  await settle(database, ['executions', 'workspaces', leaf.name]);
  return leaf;
}

interface Took {
  readonly called: Called;
  readonly ms: number;
  readonly endedMs: number;
}

interface Moment {
  readonly what: string;
  readonly atMs: number;
}

interface Watched {
  readonly took: readonly Took[];
  /** In order; the first is the end of the warm-up. */
  readonly moments: readonly Moment[];
}

type Mark = (what: string) => void;

/** Runs the workspaces, and beside them, once they have run for a while, the work. */
async function whileUnderLoad(
  { signal }: Bench,
  database: Database,
  round: number,
  work: (mark: Mark) => Promise<void>,
): Promise<Watched> {
  const [took, moments]: [Took[], Moment[]] = [[], []];
  const mark = (what: string) => void moments.push({ what, atMs: performance.now() });
  const ending = new AbortController();
  const goesOn = () => !signal.aborted && !ending.signal.aborted;
  const each = async (nth: number) => {
    const workspaceId = `prune${round}-${nth}`;
    await makeLine(database, { workspaceId, count: WAITING + LIMIT, limit: LIMIT });
    const { handOff } = await startHandoffs(database, workspaceId);
    const calls = { enqueue: () => enqueueInto(database, [workspaceId]), handoff: handOff };
    const intervalMs = 1_000 / PER_SECOND;
    const phaseMs = (nth * intervalMs) / WORKSPACES;
    const loops = CALLED.map((called, of) =>
      steadily({
        intervalMs,
        phaseMs: phaseMs + (of * intervalMs) / (2 * WORKSPACES),
        goesOn,
        call: calls[called],
        onTook: (ms, endedMs) => took.push({ called, ms, endedMs }),
      }),
    );
    await Promise.all(loops);
  };
  const load = Promise.all(Array.from({ length: WORKSPACES }, (_, nth) => each(nth)));
  const drop = async () => {
    await delay(WARM_UP_S * 1_000, undefined, { signal });
    mark('measured from here');
    await delay(BEFORE_S * 1_000, undefined, { signal });
    await work(mark);
    await delay(AFTER_S * 1_000, undefined, { signal });
  };
  await Promise.all([load.finally(() => ending.abort()), drop().finally(() => ending.abort())]);
  return { took, moments };
}

interface Old {
  readonly url: string;
  readonly database: Database;
  readonly leaf: Leaf;
}

/** @throws Error when the reader did not hold the drop up: then nothing was measured. */
async function dropBesideReader({ signal }: Bench, { url, database, leaf }: Old, mark: Mark): Promise<void> {
  mark('reader begins');
  const reader = await openReader(url);
  try {
    mark('detach begins');
    let isDone = false;
    const dropping = dropPartition(leaf.name, { url, database, signal, onBlocked: () => {} }).then(
      (dropped) => {
        isDone = true;
        mark('drop is done');
        return dropped;
      },
    );
    const [dropped] = await Promise.all([
      dropping,
      delay(READER_S * 1_000, undefined, { signal }).then(async () => {
        if (isDone) throw new Error('the partition went while a transaction that had read it was open');
        mark('reader ends');
        await reader.end();
      }),
    ]);
    if (dropped === null) throw new Error(`${leaf.name} was not due`);
  } finally {
    await reader.end();
  }
}

/** Somebody's report or dump, which has read the table and goes on. */
async function openReader(url: string): Promise<pg.Client> {
  const client = new pg.Client({ ...inOwnSchema(url) });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from ended_executions');
  return client;
}

function figuresOf({ took, moments }: Watched): Figures {
  const at = (wanted: string) => moments.find(({ what }) => what === wanted)!.atMs;
  const [from, begins, done] = [at('measured from here'), at('detach begins'), at('drop is done')];
  const figures: Record<string, number> = {};
  for (const called of CALLED) {
    const within = (fromMs: number, toMs: number) =>
      took
        .filter((one) => one.called === called && one.endedMs >= fromMs && one.endedMs - one.ms < toMs)
        .map(({ ms }) => ms);
    for (const [when, values] of [
      ['before', within(from, at('reader begins'))],
      ['while it goes', within(begins, done + AFTER_S * 1_000)],
    ] as const) {
      figures[`${called} p50 ms, ${when}`] = percentile(values, 50);
      figures[`${called} p99 ms, ${when}`] = percentile(values, 99);
      figures[`${called} longest ms, ${when}`] = Math.max(...values);
    }
  }
  figures['s from the end of the reader to the end of the drop'] = (done - at('reader ends')) / 1_000;
  return figures;
}

function timelineOf({ took, moments }: Watched): Timeline {
  const [{ atMs: fromMs }, ...shown] = moments as [Moment, ...Moment[]];
  const secondOf = (ms: number) => Math.floor((ms - fromMs) / 1_000);
  const last = secondOf(Math.max(...took.map(({ endedMs }) => endedMs)));
  const seconds = Array.from({ length: last }, (_, second) => {
    const figures: Record<string, number> = {};
    for (const called of CALLED) {
      const values = took
        .filter((one) => one.called === called && secondOf(one.endedMs) === second)
        .map(({ ms }) => ms);
      if (values.length === 0) continue;
      figures[`${called} p50`] = rounded(percentile(values, 50));
      figures[`${called} p99`] = rounded(percentile(values, 99));
      figures[`${called} longest`] = rounded(Math.max(...values));
    }
    return figures;
  });
  return {
    stepSeconds: 1,
    steps: seconds,
    moments: shown.map(({ what, atMs }) => ({ what, at: rounded((atMs - fromMs) / 1_000) })),
  };
}

const rounded = (value: number) => Number(value.toFixed(2));
