import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { median } from '../../src/domain/percentile.ts';
import { makeLine, openBenchDatabase, settle, startHandoffs } from '../parts/line.ts';
import type { Bench, Figures, RunningScenario, Scenario } from '../scenario.ts';

const LIMIT = 5;
const HANDOFFS = 30_000;
/** Over which a median is taken. */
const WINDOW = 1_000;
/** The first calls of a connection prepare their statements, and read pages from the disk. */
const WARM_UP_CALLS = 200;

/**
 * What an open transaction elsewhere costs: while it is open, Postgres may clean nothing up that it could still see, so each handoff leaves
 * versions of rows behind that later reads may have to step over.
 */
export const horizon: Scenario = {
  name: 'horizon',
  title: `Horizon: ${HANDOFFS} handoffs of one workspace while a transaction of somebody else stays open`,
  rounds: 3,
  reaches: [
    {
      what: 'reconcile p50, last thousand over first',
      value: (f) => f['reconcile p50 ms, last']! / f['reconcile p50 ms, first']!,
      atMost: 2,
    },
  ],
  start,
};

async function start({ servers, say, signal, size }: Bench): Promise<RunningScenario> {
  const url = await servers.newSluiceDatabase();
  const database = openBenchDatabase(url);
  const handoffs = size ?? HANDOFFS;
  const window = Math.min(WINDOW, Math.ceil(handoffs / 3));
  return {
    async round(number): Promise<Figures> {
      const workspaceId = `horizon-${number}`;
      const count = WARM_UP_CALLS + handoffs + window + LIMIT;
      await makeLine(database, { workspaceId, count, limit: LIMIT });
      await settle(database, ['executions', 'workspaces']);
      const { handOff } = await startHandoffs(database, workspaceId);
      for (let call = 0; call < WARM_UP_CALLS; call++) await handOff();
      const open = await openTransaction(url);
      try {
        const windows: number[] = [];
        while (windows.length * window < handoffs) {
          signal.throwIfAborted();
          windows.push(await medianOf(window, handOff));
          if (windows.length % 5 === 0)
            say(`  ${windows.length * window} handoffs: ${windows.at(-1)!.toFixed(2)} ms`);
        }
        return { 'reconcile p50 ms, first': windows[0]!, 'reconcile p50 ms, last': windows.at(-1)! };
      } finally {
        await open.end();
      }
    },
    stop: () => database.close(),
  };
}

/** Somebody's report, migration or forgotten session: it has read something, and goes on. */
async function openTransaction(url: string): Promise<pg.Client> {
  const client = new pg.Client({ ...inOwnSchema(url) });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from workspaces');
  return client;
}

async function medianOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const begun = performance.now();
    await call();
    times.push(performance.now() - begun);
  }
  return median(times);
}
