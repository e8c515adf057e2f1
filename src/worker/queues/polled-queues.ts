import { createHash, randomUUID } from 'node:crypto';
import type { Worker } from '@temporalio/worker';
import { workspaceQueue } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { decideHotQueues } from './hot-queues.ts';
import { limitConcurrency } from '../../async/limit-concurrency.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { type SupervisedWorker, superviseWorker } from '../sdk/supervised-worker.ts';

/** A Worker takes some 5 ms of the event loop to make: no more at once, or gates in the same process would wait. */
const CREATIONS_AT_ONCE = 4;

/** Cold queues that are checked against Temporal at once, and the least time between two checks of one queue. */
const COLD_CHECKS_AT_ONCE = 4;
const COLD_CHECK_AGAIN_MS = 30_000;

export interface PolledQueuesOptions {
  readonly log: Log;
  readonly bound: number;
  readonly lingerMs: number;
  /** Beyond the bound, how long a busy queue keeps its place. */
  readonly turnMs: number;
  createWorker(workspaceId: string, polls: PollDrain): Promise<Worker>;
  onWorkerFailure(): void;
  /** Whether Temporal has open workflows there: the last word before a queue goes cold. */
  hasOpenWorkflow(workspaceId: string): Promise<boolean>;
}

export interface PoolCounts {
  readonly polled: number;
  /** Queues with work that are not polled because of WORKSPACE_MAX_QUEUES. */
  readonly waiting: number;
  readonly bound: number;
}

/** The workspace queues that this process knows to have work or polls, and their Workers. */
export interface PolledQueues {
  /** Work was seen there. `settle` acts on it. */
  markUsed(workspaceId: string): void;
  /** A complete pass has ended: a queue that was not marked since the last call has no work. */
  endLook(): void;
  /** Starts and stops Workers as decideHotQueues says. */
  settle(): void;
  /** Ceases to poll at once. */
  release(workspaceId: string): void;
  isPolled(workspaceId: string): boolean;
  polled(): string[];
  counts(): PoolCounts;
  /** Stops all Workers and waits for them. */
  stop(): Promise<void>;
}

interface Queue {
  readonly workspaceId: string;
  readonly preference: number;
  busy: boolean;
  seenInPass: number;
  lastUsedMs: number;
  waitingSinceMs: number;
  polledSinceMs: number | null;
  coldCheckedMs: number;
  worker: SupervisedWorker | null;
}

export function createPolledQueues(options: PolledQueuesOptions): PolledQueues {
  const { log, bound } = options;
  const self = randomUUID();
  const queues = new Map<string, Queue>();
  /** The last Worker of each queue that is stopping. Temporal's SDK refuses a second one of the same queue beside it. */
  const leaving = new Map<string, Promise<void>>();
  const limitCreations = limitConcurrency(CREATIONS_AT_ONCE);
  const limitColdChecks = limitConcurrency(COLD_CHECKS_AT_ONCE);
  let pass = 1;
  let overBound = false;
  let stopped = false;

  const queueOf = (workspaceId: string): Queue => {
    const known = queues.get(workspaceId);
    if (known !== undefined) return known;
    const queue: Queue = {
      workspaceId,
      preference: createHash('sha256').update(`${self} ${workspaceId}`).digest().readUInt32BE(),
      busy: false,
      seenInPass: 0,
      lastUsedMs: Date.now(),
      waitingSinceMs: Date.now(),
      polledSinceMs: null,
      coldCheckedMs: 0,
      worker: null,
    };
    queues.set(workspaceId, queue);
    return queue;
  };

  const begin = (queue: Queue) => {
    queue.polledSinceMs = Date.now();
    queue.worker = superviseWorker({
      queue: workspaceQueue(queue.workspaceId),
      log,
      onFailure: options.onWorkerFailure,
      create: async (polls) => {
        await leaving.get(queue.workspaceId);
        return await limitCreations(() => options.createWorker(queue.workspaceId, polls));
      },
    });
    log.debug({ workspaceId: queue.workspaceId }, 'workspace queue is hot');
  };

  const end = (queue: Queue, why: string) => {
    if (queue.worker === null) return;
    const gone = queue.worker.stop();
    queue.worker = null;
    queue.polledSinceMs = null;
    queue.waitingSinceMs = Date.now();
    const { workspaceId } = queue;
    leaving.set(workspaceId, gone);
    void gone.then(() => {
      if (leaving.get(workspaceId) === gone) leaving.delete(workspaceId);
    });
    log.debug({ workspaceId, why }, 'workspace queue is no longer polled');
  };

  /** Postgres shows nothing, but a reset or a grandchild may be open there: only Temporal can tell. */
  const coolDown = async (queue: Queue) => {
    if (Date.now() - queue.coldCheckedMs < COLD_CHECK_AGAIN_MS) return;
    queue.coldCheckedMs = Date.now();
    try {
      const open = await limitColdChecks(() => options.hasOpenWorkflow(queue.workspaceId));
      if (open) queue.lastUsedMs = Date.now();
      else if (!queue.busy && !isOccupied(queue)) end(queue, 'cold');
    } catch (error) {
      log.debug(
        { workspaceId: queue.workspaceId, error },
        'Temporal did not say whether a queue is cold; it stays hot',
      );
    }
  };

  const warnOnceOverBound = (waiting: number) => {
    if (waiting > 0 && !overBound) {
      log.warn(
        { waiting, bound },
        'more workspace queues have work than this process may poll, so they take turns: raise WORKSPACE_MAX_QUEUES or add worker processes',
      );
    }
    overBound = waiting > 0;
  };

  return {
    markUsed(workspaceId) {
      const queue = queueOf(workspaceId);
      queue.busy = true;
      queue.seenInPass = pass;
      queue.lastUsedMs = Date.now();
    },
    endLook() {
      for (const queue of queues.values()) if (queue.seenInPass < pass) queue.busy = false;
      pass += 1;
    },
    settle() {
      if (stopped) return;
      const states = [...queues.values()].map((queue) => ({ ...queue, occupied: isOccupied(queue) }));
      const { lingerMs, turnMs } = options;
      const decision = decideHotQueues(states, { nowMs: Date.now(), bound, lingerMs, turnMs });
      warnOnceOverBound(decision.waiting.length);
      for (const workspaceId of decision.yield) end(queueOf(workspaceId), 'others wait for its place');
      for (const workspaceId of decision.start) begin(queueOf(workspaceId));
      for (const workspaceId of decision.cold) void coolDown(queueOf(workspaceId));
      for (const queue of queues.values()) {
        if (!queue.busy && queue.worker === null) queues.delete(queue.workspaceId);
      }
    },
    release(workspaceId) {
      const queue = queueOf(workspaceId);
      queue.busy = false;
      end(queue, 'served by external workers');
    },
    isPolled: (workspaceId) => queues.get(workspaceId)?.worker != null,
    polled: () =>
      [...queues.values()].filter((queue) => queue.worker !== null).map((queue) => queue.workspaceId),
    counts() {
      const known = [...queues.values()];
      return {
        polled: known.filter((queue) => queue.worker !== null).length,
        waiting: known.filter((queue) => queue.worker === null && queue.busy).length,
        bound,
      };
    },
    async stop() {
      stopped = true;
      for (const queue of queues.values()) end(queue, 'the process stops');
      await Promise.all(leaving.values());
    },
  };
}

function isOccupied(queue: Queue): boolean {
  return (queue.worker?.status()?.numInFlightActivities ?? 0) > 0;
}
