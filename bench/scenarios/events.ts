import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { EventFeed } from '../../src/db/events/event-feed.ts';
import type { EventPosition } from '../../src/db/events/workspace-event.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { cpuTimeMs } from '../measure/cpu-time.ts';
import { type Handoffs, makeLine, settle, startHandoffs } from '../parts/line.ts';
import type { Bench, Figures, RunningScenario, Scenario } from '../scenario.ts';

const WORKSPACES = 200;
const WAITERS_EACH = 10;
const LIMIT = 5;
/** Three a workspace, and one after another at some fifty a second. */
const ENDS = 600;
const PAUSE_MS = 15;
/** The first ones open connections, and prepare statements on them. */
const WARM_UP_ENDS = 40;
const IDLE_WINDOW_MS = 20_000;

/** The feed's connections go by this name, so that their sessions are found. */
const FEED = 'bench-feed';

/** What it costs to wait for events, and how long after an end its waiters know of it. */
export const events: Scenario = {
  name: 'events',
  title: `Events: ${WORKSPACES * WAITERS_EACH} waiters on ${WORKSPACES} workspaces in one process, told of ${ENDS} ends`,
  rounds: 5,
  reaches: [
    { what: 'end to notified, p50 ms', value: (f) => f['notified p50 ms']!, atMost: 50 },
    { what: 'end to notified, p99 ms', value: (f) => f['notified p99 ms']!, atMost: 250 },
    {
      what: '% of a core of the process and its sessions while nothing happens',
      value: (f) => f['idle process CPU %']! + f['idle sessions CPU %']!,
      atMost: 10,
    },
  ],
  start,
};

async function start({ servers, signal }: Bench): Promise<RunningScenario> {
  const url = await servers.newSluiceDatabase();
  const open = (applicationName: string, poolSize: number) =>
    openDatabase({ url, poolSize, applicationName, onError: () => {} });
  const [writing, reading] = [open('bench', 2), open(FEED, 2)];
  return {
    async round(number): Promise<Figures> {
      const workspaces = Array.from({ length: WORKSPACES }, (_, index) => `events-${number}-${index}`);
      const handoffs = await startAll(writing, workspaces);
      const failed: unknown[] = [];
      const feed = new EventFeed(reading, { onError: (error) => failed.push(error), onBehind: () => {} });
      const waiters = new Waiters(feed);
      try {
        await waiters.start(workspaces);
        const idle = await idleFigures(writing);
        for (let end = 0; end < WARM_UP_ENDS + ENDS; end++) {
          signal.throwIfAborted();
          if (end === WARM_UP_ENDS) waiters.toldAfterMs.length = 0;
          const { oldest, handOff } = handoffs[end % WORKSPACES]!;
          waiters.expect(oldest());
          await handOff();
          // So that ends do not keep step with looks.
          await delay(PAUSE_MS * 2 * Math.random());
        }
        await waiters.allTold((WARM_UP_ENDS + ENDS) * WAITERS_EACH);
        if (failed.length > 0) throw failed[0];
        return {
          'notified p50 ms': percentile(waiters.toldAfterMs, 50),
          'notified p99 ms': percentile(waiters.toldAfterMs, 99),
          ...idle,
        };
      } finally {
        await feed.stop();
        await waiters.stopped();
      }
    },
    async stop() {
      await writing.close();
      await reading.close();
    },
  };
}

/** Everybody who waits, and what each is told of the ends that are expected. */
class Waiters {
  /** From the request to record an end to each waiter that was told of it. */
  readonly toldAfterMs: number[] = [];
  readonly #feed: EventFeed;
  readonly #beganMs = new Map<string, number>();
  #following: Promise<unknown>[] = [];
  #told = 0;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** Resolves when all of them wait. */
  async start(workspaces: readonly string[]): Promise<void> {
    const positions = await Promise.all(workspaces.map((id) => this.#feed.position(id)));
    this.#following = workspaces.flatMap((id, index) =>
      // Ends when the feed stops.
      Array.from({ length: WAITERS_EACH }, () => this.#follow(id, positions[index]!).catch(() => {})),
    );
  }

  expect(executionId: string): void {
    this.#beganMs.set(executionId, performance.now());
  }

  async allTold(count: number): Promise<void> {
    const giveUpAt = performance.now() + 10_000;
    while (this.#told < count) {
      if (performance.now() > giveUpAt) throw new Error(`${this.#told} of ${count} were told`);
      await delay(50);
    }
  }

  async stopped(): Promise<void> {
    await Promise.all(this.#following);
  }

  async #follow(workspaceId: string, from: EventPosition): Promise<never> {
    for (let position = from; ;) {
      await this.#feed.wait(workspaceId, position);
      const answer = await this.#feed.after(workspaceId, position);
      if (answer.kind === 'reset') throw new Error(`events were lost: ${answer.reason}`);
      for (const { kind, executionId, number } of answer.events) {
        position = { ...position, number };
        if (kind !== 'ended') continue;
        this.#told++;
        this.toldAfterMs.push(performance.now() - this.#beganMs.get(executionId!)!);
      }
    }
  }
}

/** Of this process, which does nothing else meanwhile, and of the sessions that the feed has. */
async function idleFigures({ pool }: Database): Promise<Figures> {
  const { rows } = await pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1',
    [FEED],
  );
  const cpu = () => ({
    process: cpuTimeMs(process.pid),
    sessions: rows.reduce((sum, { pid }) => sum + cpuTimeMs(pid), 0),
  });
  const [before, begun] = [cpu(), performance.now()];
  await delay(IDLE_WINDOW_MS);
  const after = cpu();
  const percent = (ms: number) => (ms / (performance.now() - begun)) * 100;
  return {
    'idle process CPU %': percent(after.process - before.process),
    'idle sessions CPU %': percent(after.sessions - before.sessions),
  };
}

/** Fills a queue for each, and takes up what the limit allows. */
async function startAll(database: Database, workspaces: readonly string[]): Promise<Handoffs[]> {
  const count = LIMIT + Math.ceil((WARM_UP_ENDS + ENDS) / WORKSPACES);
  for (const workspaceId of workspaces) await makeLine(database, { workspaceId, count, limit: LIMIT });
  await settle(database, ['executions', 'workspaces']);
  const all: Handoffs[] = [];
  for (const workspaceId of workspaces) all.push(await startHandoffs(database, workspaceId));
  return all;
}
