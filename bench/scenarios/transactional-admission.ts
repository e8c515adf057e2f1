import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { poll } from '../../src/async/poll.ts';
import { setNotify } from '../../src/db/grants/set-notify.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { steadily } from '../measure/steady.ts';
import { ENQUEUE, INSERT_ORDER, makeOrderingService } from '../parts/ordering-service.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const SAMPLES = 40;
const WARM_UP = 10;
const WORKSPACE = 'sampled';
/** Of executions of no length in another workspace: a tenth of what the machine can admit. */
const LIGHT_LOAD = { workspace: 'other', perSecond: 5 } as const;
/** Between two samples up to so long: the inbox is polled four times a second, and a sample may come at any moment of it. */
const PAUSE_MAX_MS = 250;
const LOOK_AGAIN_MS = 20;
const DEADLINE_MS = 30_000;

/** Enqueues one execution that says when its first line runs, and gives its id. */
type Enqueue = () => Promise<string>;

const WAYS = ['HTTP', 'transaction', 'transaction with NOTIFY'] as const;
type Way = (typeof WAYS)[number];
const LOADS = ['idle', 'light load'] as const;

/** From the answer to COMMIT, or from the 202, to the first line of the workflow. */
export const transactionalAdmission: Scenario = {
  name: 'transactional-admission',
  title: `Commit to first line of user code: ${SAMPLES} executions of a workspace in each way, one after another, on an idle system and beside ${LIGHT_LOAD.perSecond} executions a second of another workspace`,
  rounds: 3,
  reaches: [],
  async start({ servers, say }) {
    const sluice = await startSluice(servers);
    await sluice.createWorkspaces([WORKSPACE, LIGHT_LOAD.workspace]);
    const service = new pg.Client({
      connectionString: await makeOrderingService(sluice.database, sluice.databaseUrl),
    });
    await service.connect();
    await sluice.startWorker();
    const byTransaction = () => enqueueByTransaction(service);
    const byHttp = () => sluice.enqueue(WORKSPACE, 'firstLine');
    for (const enqueue of [byHttp, byTransaction]) await sample(sluice, enqueue, WARM_UP);
    return {
      async round(number): Promise<Figures> {
        const figures: Record<string, number> = {};
        for (const load of LOADS) {
          const besides = load === 'idle' ? null : beginLightLoad(sluice);
          for (const way of turned(WAYS, number)) {
            await makeNotify(sluice, way === 'transaction with NOTIFY');
            const waits = await sample(sluice, way === 'HTTP' ? byHttp : byTransaction, SAMPLES);
            Object.assign(figures, figuresOf(way, load, waits));
            say(`  ${way}, ${load}: p50 ${percentile(waits, 50).toFixed(0)} ms`);
          }
          await besides?.end();
        }
        await sluice.drained([WORKSPACE, LIGHT_LOAD.workspace]);
        await sluice.audit([WORKSPACE, LIGHT_LOAD.workspace]);
        return figures;
      },
      async stop() {
        await service.end();
        await sluice.stop();
      },
    };
  },
};

function turned<T>(all: readonly T[], by: number): T[] {
  return all.map((_, nth) => all[(nth + by) % all.length]!);
}

function figuresOf(way: Way, load: (typeof LOADS)[number], waits: readonly number[]): Figures {
  return {
    [`${way}, ${load}, p50 ms`]: percentile(waits, 50),
    [`${way}, ${load}, p99 ms`]: percentile(waits, 99),
  };
}

/** An API looks every few seconds whether it is to listen. */
async function makeNotify({ database }: Sluice, notifies: boolean): Promise<void> {
  await setNotify(database.db, notifies);
  const isHeeded = async () => {
    const { rows } = await database.pool.query<{ listens: boolean }>(
      "select exists (select from pg_stat_activity where datname = current_database() and query like 'listen %') as listens",
    );
    return rows[0]!.listens === notifies;
  };
  if (!(await poll(isHeeded, DEADLINE_MS)))
    throw new Error(`the API does not ${notifies ? '' : 'cease to '}listen after ${DEADLINE_MS / 1000} s`);
}

async function enqueueByTransaction(service: pg.Client): Promise<string> {
  await service.query('begin');
  await service.query({ ...INSERT_ORDER, values: [WORKSPACE, '{}'] });
  const { rows } = await service.query<{ id: string }>({
    ...ENQUEUE,
    values: [WORKSPACE, 'firstLine', null, null],
  });
  await service.query('commit');
  return rows[0]!.id;
}

async function sample(sluice: Sluice, enqueue: Enqueue, count: number): Promise<number[]> {
  const waits: number[] = [];
  while (waits.length < count) {
    await delay(Math.random() * PAUSE_MAX_MS);
    const id = await enqueue();
    const answeredAt = performance.timeOrigin + performance.now();
    waits.push((await firstLineOf(sluice, id)) - answeredAt);
  }
  return waits;
}

/** In ms since the epoch, as the workflow returns it. */
async function firstLineOf({ database }: Sluice, id: string): Promise<number> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  while (performance.now() < giveUpAt) {
    const { rows } = await database.pool.query<{ result: string }>(
      "select result from all_executions where id = $1 and status = 'completed'",
      [id],
    );
    if (rows.length > 0) return Number(rows[0]!.result);
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`execution ${id} has not ended after ${DEADLINE_MS / 1000} s`);
}

function beginLightLoad(sluice: Sluice): { end(): Promise<void> } {
  let ending = false;
  const load = steadily({
    intervalMs: 1000 / LIGHT_LOAD.perSecond,
    phaseMs: 0,
    goesOn: () => !ending,
    call: () => sluice.enqueue(LIGHT_LOAD.workspace, 'nothing'),
    onTook: () => {},
  });
  return {
    async end() {
      ending = true;
      await load;
    },
  };
}
