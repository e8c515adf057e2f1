import { createHash, randomUUID } from 'node:crypto';
import { limitConcurrency } from '../../async/limit-concurrency.ts';
import type { SupervisedWorker } from '../sdk/supervised-worker.ts';
import { decideHotQueues } from './hot-queues.ts';
import { QueueWorkers, type QueueWorkersOptions } from './queue-workers.ts';

/** Cold queues that are checked against Temporal at once, and the least time between two checks of one queue. */
const COLD_CHECKS_AT_ONCE = 4;
const COLD_CHECK_AGAIN_MS = 30_000;

export interface PolledQueuesOptions extends QueueWorkersOptions {
  readonly bound: number;
  readonly lingerMs: number;
  /** Beyond the bound, how long a busy queue keeps its place. */
  readonly turnMs: number;
  /** Whether Temporal has open workflows there: the last word before a queue goes cold. */
  hasOpenWorkflow(workspaceId: string): Promise<boolean>;
}

export interface PoolCounts {
  readonly polled: number;
  /** Queues with work that are not polled because of WORKSPACE_MAX_QUEUES. */
  readonly waiting: number;
  readonly bound: number;
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

/** The workspace queues that this process knows to have work or polls, and their Workers. */
export class PolledQueues {
  readonly #options: PolledQueuesOptions;
  readonly #workers: QueueWorkers;
  readonly #queues = new Map<string, Queue>();
  readonly #self = randomUUID();
  readonly #limitColdChecks = limitConcurrency(COLD_CHECKS_AT_ONCE);
  #pass = 1;
  #overBound = false;
  #stopped = false;

  constructor(options: PolledQueuesOptions) {
    this.#options = options;
    this.#workers = new QueueWorkers(options);
  }

  /** Work was seen there. `settle` acts on it. */
  markUsed(workspaceId: string): void {
    const queue = this.#queueOf(workspaceId);
    queue.busy = true;
    queue.seenInPass = this.#pass;
    queue.lastUsedMs = Date.now();
  }

  /** A complete pass has ended: a queue that was not marked since the last call has no work. */
  endPass(): void {
    for (const queue of this.#queues.values()) if (queue.seenInPass < this.#pass) queue.busy = false;
    this.#pass += 1;
  }

  /** Starts and stops Workers as decideHotQueues says. */
  settle(): void {
    if (this.#stopped) return;
    const { bound, lingerMs, turnMs } = this.#options;
    const states = [...this.#queues.values()].map((queue) => ({ ...queue, occupied: isOccupied(queue) }));
    const decision = decideHotQueues(states, { nowMs: Date.now(), bound, lingerMs, turnMs });
    this.#warnOnceOverBound(decision.waiting.length);
    for (const workspaceId of decision.yield)
      this.#end(this.#queueOf(workspaceId), 'others wait for its place');
    for (const workspaceId of decision.start) this.#begin(this.#queueOf(workspaceId));
    for (const workspaceId of decision.cold) void this.#coolDown(this.#queueOf(workspaceId));
    for (const queue of this.#queues.values()) {
      if (!queue.busy && queue.worker === null) this.#queues.delete(queue.workspaceId);
    }
  }

  /** Ceases to poll at once. */
  release(workspaceId: string): void {
    const queue = this.#queueOf(workspaceId);
    queue.busy = false;
    this.#end(queue, 'served by external workers');
  }

  isPolled(workspaceId: string): boolean {
    return this.#queues.get(workspaceId)?.worker != null;
  }

  polled(): string[] {
    return [...this.#queues.values()]
      .filter((queue) => queue.worker !== null)
      .map((queue) => queue.workspaceId);
  }

  counts(): PoolCounts {
    const known = [...this.#queues.values()];
    return {
      polled: known.filter((queue) => queue.worker !== null).length,
      waiting: known.filter((queue) => queue.worker === null && queue.busy).length,
      bound: this.#options.bound,
    };
  }

  /** Stops all Workers and waits for them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const queue of this.#queues.values()) this.#end(queue, 'the process stops');
    await this.#workers.allGone();
  }

  #queueOf(workspaceId: string): Queue {
    const known = this.#queues.get(workspaceId);
    if (known !== undefined) return known;
    const queue: Queue = {
      workspaceId,
      preference: createHash('sha256').update(`${this.#self} ${workspaceId}`).digest().readUInt32BE(),
      busy: false,
      seenInPass: 0,
      lastUsedMs: Date.now(),
      waitingSinceMs: Date.now(),
      polledSinceMs: null,
      coldCheckedMs: 0,
      worker: null,
    };
    this.#queues.set(workspaceId, queue);
    return queue;
  }

  #begin(queue: Queue): void {
    queue.polledSinceMs = Date.now();
    queue.worker = this.#workers.start(queue.workspaceId);
    this.#options.log.debug({ workspaceId: queue.workspaceId }, 'workspace queue is hot');
  }

  #end(queue: Queue, why: string): void {
    const { workspaceId, worker } = queue;
    if (worker === null) return;
    this.#workers.stop(workspaceId, worker);
    queue.worker = null;
    queue.polledSinceMs = null;
    queue.waitingSinceMs = Date.now();
    this.#options.log.debug({ workspaceId, why }, 'workspace queue is no longer polled');
  }

  /** Postgres shows nothing, but a reset or a grandchild may be open there: only Temporal can tell. */
  async #coolDown(queue: Queue): Promise<void> {
    if (Date.now() - queue.coldCheckedMs < COLD_CHECK_AGAIN_MS) return;
    queue.coldCheckedMs = Date.now();
    const { workspaceId } = queue;
    try {
      const open = await this.#limitColdChecks(() => this.#options.hasOpenWorkflow(workspaceId));
      if (open) queue.lastUsedMs = Date.now();
      else if (!queue.busy && !isOccupied(queue)) this.#end(queue, 'cold');
    } catch (error) {
      this.#options.log.debug(
        { workspaceId, error },
        'Temporal did not say whether a queue is cold; it stays hot',
      );
    }
  }

  #warnOnceOverBound(waiting: number): void {
    const { log, bound } = this.#options;
    if (waiting > 0 && !this.#overBound) {
      log.warn(
        { waiting, bound },
        'more workspace queues have work than this process may poll, so they take turns: raise WORKSPACE_MAX_QUEUES or add worker processes',
      );
    }
    this.#overBound = waiting > 0;
  }
}

function isOccupied(queue: Queue): boolean {
  return (queue.worker?.status()?.numInFlightActivities ?? 0) > 0;
}
