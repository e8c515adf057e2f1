import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  NoAnswerError,
  ProblemError,
  Sluice,
  UnexpectedAnswerError,
} from '../../../packages/client/src/index.ts';
import type { AcceptedLog } from './accepted-log.ts';
import { FLEETING, WORKSPACES, nextWork } from './load.ts';
import { createRequests, type Try, type Wanted } from './requests.ts';
import { type Seeded, seeded } from '../faults/seeded.ts';

/** A frozen API answers nothing: then the other one is asked. */
const REQUEST_TIMEOUT_MS = 8_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 400;

/** Requests that repeat an earlier key on purpose. */
const REPEATED_SHARE = 0.08;

/** Requests that run an earlier execution again, when it has ended. */
const RERUN_SHARE = 0.06;

/** Bursts that are sent as one batch; of these, the ones that are to be stored as a whole, and of those the ones that cannot be. */
const BATCH_SHARE = 0.3;
const ATOMIC_SHARE = 0.5;
const SPOILED_SHARE = 0.25;

const BURST_MAX = 14;

/** A workspace with a longer queue gets no more for now, so that the one of the lowest limit drains within a minute or so. */
const QUEUE_LENGTH_MAX = 30;
const QUEUE_POLL_MS = 1_000;

export interface Clients {
  /** Answers that a client may not get: neither a promise, nor a reason to try again. */
  readonly unexpected: string[];
  readonly retries: number;
  /** Ends when each request under way has its answer. */
  stop(): Promise<void>;
}

export interface ClientsOptions {
  readonly count: number;
  /** Requests of all of them together. */
  readonly perSecond: number;
  readonly seed: number;
  readonly apiUrls: readonly string[];
  readonly accepted: AcceptedLog;
  /** How many executions of a workspace are in the queue, about. */
  queueLengthOf(workspaceId: string): number;
}

/** Starts clients that enqueue in bursts and try again with the same key, at any API, until they have an answer. */
export function startClients({
  count,
  perSecond,
  seed,
  apiUrls,
  accepted,
  queueLengthOf,
}: ClientsOptions): Clients {
  const stopping = new AbortController();
  // Each client listens while it waits.
  setMaxListeners(count + 1, stopping.signal);
  const unexpected: string[] = [];
  const counts = { retries: 0 };

  // One try each: the next one is for another API, and comes sooner than Retry-After asks.
  const apis = apiUrls.map(
    (baseUrl) => new Sluice({ baseUrl, retryFor: 0, requestTimeout: REQUEST_TIMEOUT_MS }),
  );

  const requests = createRequests(accepted);

  /** Asks any API until there is an answer; true when it is accepted. */
  const ask = async (random: Seeded, one: Try): Promise<boolean> => {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await one(random.pick(apis), isFirst);
      } catch (error) {
        if (!isPassing(error)) {
          unexpected.push(String(error));
          return false;
        }
        counts.retries += 1;
        await delay(random.whole(RETRY_MIN_MS, RETRY_MAX_MS));
      }
    }
  };

  const client = async (number: number) => {
    const random = seeded(seed * 1_000 + number);
    let sent: Wanted[] = [];
    let serial = 0;
    const next = (workspaceId: string): Wanted => ({
      workspaceId,
      key: `c${number}-${++serial}`,
      work: nextWork(random, workspaceId),
    });
    const remember = (wanted: readonly Wanted[]) => (sent = [...sent.slice(-200), ...wanted]);

    const sendOne = async (workspaceId: string) => {
      const chance = sent.length === 0 ? 1 : random.fraction();
      if (chance < REPEATED_SHARE) await ask(random, requests.single(random.pick(sent)));
      else if (chance < REPEATED_SHARE + RERUN_SHARE)
        await ask(random, requests.rerun(random.pick(sent), `c${number}-${++serial}`));
      else {
        const wanted = next(workspaceId);
        if (await ask(random, requests.single(wanted))) remember([wanted]);
      }
    };

    /** Sometimes with an item that is refused: then an atomic one has to leave nothing. */
    const sendBatch = async (workspaceId: string, size: number) => {
      const wanted = Array.from({ length: size }, () => next(workspaceId));
      const isAtomic = random.fraction() < ATOMIC_SHARE;
      const earlier = sent.filter((one) => one.workspaceId === workspaceId);
      const keysLast = workspaceId !== FLEETING.id;
      const isSpoiled = keysLast && isAtomic && earlier.length > 0 && random.fraction() < SPOILED_SHARE;
      const other = { workflowType: 'nothing', input: 'other content' };
      if (!isSpoiled) {
        if (await ask(random, requests.batch(wanted, isAtomic))) remember(wanted);
        return;
      }
      const spoiled = { ...random.pick(earlier), work: other };
      const isAccepted = await ask(random, requests.spoiled(wanted, spoiled));
      if (isAccepted)
        accepted.contradictions.push(`an atomic batch with a reused key ${spoiled.key} was accepted`);
    };

    while (!stopping.signal.aborted) {
      const short = WORKSPACES.filter(({ id }) => queueLengthOf(id) < QUEUE_LENGTH_MAX);
      if (short.length === 0) {
        await delay(QUEUE_POLL_MS, undefined, { signal: stopping.signal }).catch(() => {});
        continue;
      }
      const workspaceId = random.pick(short).id;
      const burst = random.whole(1, BURST_MAX);
      const startedMs = performance.now();
      if (random.fraction() < BATCH_SHARE) await sendBatch(workspaceId, burst);
      else for (let i = 0; i < burst && !stopping.signal.aborted; i++) await sendOne(workspaceId);
      const dueMs = (burst / perSecond) * count * 1000 - (performance.now() - startedMs);
      if (dueMs > 0) await delay(dueMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  const clients = Promise.all(Array.from({ length: count }, (_, number) => client(number)));
  return {
    unexpected,
    get retries() {
      return counts.retries;
    },
    async stop() {
      stopping.abort();
      await clients;
    },
  };
}

function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  if (!(error instanceof ProblemError || error instanceof UnexpectedAnswerError)) return false;
  return error.status >= 500 || error.status === 429;
}
