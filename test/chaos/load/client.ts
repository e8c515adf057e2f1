import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  InvalidRequestError,
  NoAnswerError,
  ProblemError,
  Sluice,
  UnexpectedAnswerError,
} from '../../../packages/client/src/index.ts';
import type { AcceptedLog } from './accepted-log.ts';
import { WORKSPACES, nextWork, type Work } from './load.ts';
import { type Seeded, seeded } from '../faults/seeded.ts';

/** A frozen API answers nothing: then the other one is asked. */
const REQUEST_TIMEOUT_MS = 8_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 400;

/** Requests that repeat an earlier key on purpose. */
const REPEATED_SHARE = 0.08;

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

  const send = async (random: Seeded, workspaceId: string, key: string, work: Work) => {
    for (;;) {
      try {
        const { executions } = random.pick(apis);
        const { execution, repeated } = await executions.start(workspaceId, { ...work, idempotencyKey: key });
        const { id, seq } = execution;
        const at = new Date().toISOString();
        const status = repeated ? 200 : 202;
        accepted.add({ workspaceId, executionId: id, ...(seq !== null && { seq }), key, status, at });
        return;
      } catch (error) {
        // Nothing was stored while the API was away, and now it is too late to ask for it.
        if (error instanceof InvalidRequestError && work.startBefore && work.startBefore < new Date()) return;
        if (!isPassing(error)) {
          unexpected.push(String(error));
          return;
        }
        counts.retries += 1;
        await delay(random.whole(RETRY_MIN_MS, RETRY_MAX_MS));
      }
    }
  };

  const client = async (number: number) => {
    const random = seeded(seed * 1_000 + number);
    let sent: { workspaceId: string; key: string; work: Work }[] = [];
    for (let serial = 0; !stopping.signal.aborted;) {
      const short = WORKSPACES.filter(({ id }) => queueLengthOf(id) < QUEUE_LENGTH_MAX);
      if (short.length === 0) {
        await delay(QUEUE_POLL_MS, undefined, { signal: stopping.signal }).catch(() => {});
        continue;
      }
      const workspaceId = random.pick(short).id;
      const burst = random.whole(1, BURST_MAX);
      const startedMs = performance.now();
      for (let i = 0; i < burst && !stopping.signal.aborted; i++) {
        const repeated =
          sent.length > 0 && random.fraction() < REPEATED_SHARE ? random.pick(sent) : undefined;
        const request = repeated ?? {
          workspaceId,
          key: `c${number}-${++serial}`,
          work: nextWork(random, workspaceId),
        };
        await send(random, request.workspaceId, request.key, request.work);
        if (!repeated) sent = [...sent.slice(-200), request];
      }
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
