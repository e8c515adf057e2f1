import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { EventFeed } from '../../src/db/events/event-feed.ts';
import type { EventPosition } from '../../src/db/events/workspace-event.ts';
import { percentile } from '../../src/domain/percentile.ts';
import { cpuTimeMs } from '../measure/cpu-time.ts';
import { HttpWaiters } from '../parts/http-waiters.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
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
/** And those of the API. */
const API = 'sluice-api';

/** What it costs to wait for events, in a process and over HTTP, and how long after an end its waiters know of it. */
export const events: Scenario = {
  name: 'events',
  title: `Events: ${WORKSPACES * WAITERS_EACH} waiters on ${WORKSPACES} workspaces in one process, and as many requests that wait at an API, told of ${ENDS} ends`,
  rounds: 5,
  reaches: [
    { what: 'end to notified, p50 ms', value: (f) => f['notified p50 ms']!, atMost: 50 },
    { what: 'end to notified, p99 ms', value: (f) => f['notified p99 ms']!, atMost: 250 },
    {
      what: '% of a core of the process and its sessions while nothing happens',
      value: (f) => f['idle process CPU %']! + f['idle sessions CPU %']!,
      atMost: 10,
    },
    {
      what: 'end to answer of a request that waits, p50 ms',
      value: (f) => f['answered p50 ms']!,
      atMost: 50,
    },
    {
      what: 'end to answer of a request that waits, p99 ms',
      value: (f) => f['answered p99 ms']!,
      atMost: 250,
    },
    {
      what: '% of a core of the API and its sessions while as many requests wait and nothing happens',
      value: (f) => f['idle API CPU %']! + f['idle API sessions CPU %']!,
      atMost: 10,
    },
  ],
  start,
};

async function start({ servers, signal }: Bench): Promise<RunningScenario> {
  const sluice = await startSluice(servers);
  const open = (applicationName: string) =>
    openDatabase({ url: sluice.databaseUrl, poolSize: 2, applicationName, onError: () => {} });
  const [writing, reading] = [open('bench'), open(FEED)];
  return {
    async round(number): Promise<Figures> {
      const inProcess = await roundInProcess(writing, reading, `events-${number}`, signal);
      const overHttp = await roundOverHttp(writing, sluice, `waits-${number}`, signal);
      return { ...inProcess, ...overHttp };
    },
    async stop() {
      await writing.close();
      await reading.close();
      await sluice.stop();
    },
  };
}

async function roundInProcess(
  writing: Database,
  reading: Database,
  name: string,
  signal: AbortSignal,
): Promise<Figures> {
  const workspaces = namesOf(name);
  const handoffs = await startAll(writing, workspaces);
  const failed: unknown[] = [];
  const feed = new EventFeed(reading, { onError: (error) => failed.push(error), onBehind: () => {} });
  const waiters = new Waiters(feed);
  try {
    await waiters.start(workspaces);
    const idle = await idleFigures(writing, process.pid, FEED);
    await endSome(handoffs, signal, {
      before: (executionId) => waiters.expect(executionId),
      whenWarm: () => void (waiters.toldAfterMs.length = 0),
    });
    await waiters.allTold((WARM_UP_ENDS + ENDS) * WAITERS_EACH);
    if (failed.length > 0) throw failed[0];
    return {
      'notified p50 ms': percentile(waiters.toldAfterMs, 50),
      'notified p99 ms': percentile(waiters.toldAfterMs, 99),
      'idle process CPU %': idle.process,
      'idle sessions CPU %': idle.sessions,
    };
  } finally {
    await feed.stop();
    await waiters.stopped();
  }
}

/** As many requests, each for the end of another execution. */
async function roundOverHttp(
  writing: Database,
  { apiUrl, apiPid }: Sluice,
  name: string,
  signal: AbortSignal,
): Promise<Figures> {
  const workspaces = namesOf(name);
  const handoffs = await startAll(writing, workspaces);
  const { rows } = await writing.pool.query<{ id: string; workspaceId: string }>(
    'select id, workspace_id as "workspaceId" from executions where workspace_id = any($1)',
    [workspaces],
  );
  const waiters = new HttpWaiters(apiUrl);
  try {
    await waiters.start(rows);
    const idle = await idleFigures(writing, apiPid, API);
    let warmUp = 0;
    await endSome(handoffs, signal, {
      before: (executionId) => waiters.expect(executionId),
      async whenWarm() {
        await waiters.answered(WARM_UP_ENDS);
        warmUp = waiters.answeredAfterMs.length;
      },
    });
    await waiters.answered(WARM_UP_ENDS + ENDS);
    const answered = waiters.answeredAfterMs.slice(warmUp);
    return {
      'answered p50 ms': percentile(answered, 50),
      'answered p99 ms': percentile(answered, 99),
      'idle API CPU %': idle.process,
      'idle API sessions CPU %': idle.sessions,
    };
  } finally {
    waiters.stop();
  }
}

const namesOf = (name: string) => Array.from({ length: WORKSPACES }, (_, index) => `${name}-${index}`);

interface Ending {
  before(executionId: string): void;
  whenWarm(): void | Promise<void>;
}

async function endSome(
  handoffs: readonly Handoffs[],
  signal: AbortSignal,
  { before, whenWarm }: Ending,
): Promise<void> {
  for (let end = 0; end < WARM_UP_ENDS + ENDS; end++) {
    signal.throwIfAborted();
    if (end === WARM_UP_ENDS) await whenWarm();
    const { oldest, handOff } = handoffs[end % WORKSPACES]!;
    before(oldest());
    await handOff();
    // So that ends do not keep step with looks.
    await delay(PAUSE_MS * 2 * Math.random());
  }
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

/** Of a process, which does nothing else meanwhile, and of its sessions, in percent of a core. */
async function idleFigures(
  { pool }: Database,
  pid: number,
  applicationName: string,
): Promise<{ process: number; sessions: number }> {
  const sessions = async () => {
    const { rows } = await pool.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
      [applicationName],
    );
    return new Map(rows.map((session) => [session.pid, cpuTimeMs(session.pid)]));
  };
  const [before, processBefore, begun] = [await sessions(), cpuTimeMs(pid), performance.now()];
  await delay(IDLE_WINDOW_MS);
  const percent = (ms: number) => (ms / (performance.now() - begun)) * 100;
  const process = percent(cpuTimeMs(pid) - processBefore);
  // The pool closes sessions that are not used.
  const used = [...(await sessions())].map(([session, ms]) => ms - (before.get(session) ?? 0));
  return { process, sessions: percent(used.reduce((sum, ms) => sum + ms, 0)) };
}

/** Fills a queue for each, and takes up what the limit allows. */
async function startAll(database: Database, workspaces: readonly string[]): Promise<Handoffs[]> {
  const count = Math.max(WAITERS_EACH, LIMIT + Math.ceil((WARM_UP_ENDS + ENDS) / WORKSPACES));
  for (const workspaceId of workspaces) await makeLine(database, { workspaceId, count, limit: LIMIT });
  await settle(database, ['executions', 'workspaces']);
  const all: Handoffs[] = [];
  for (const workspaceId of workspaces) all.push(await startHandoffs(database, workspaceId));
  return all;
}
