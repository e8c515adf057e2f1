import { createHash, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Config } from '../config.ts';
import type { Db } from '../db/client.ts';
import { WORKSPACE_ID_PATTERN, workspaceQueue } from '../domain/names.ts';
import type { Log } from '../log.ts';
import { decideHotQueues, type HotQueueDecision } from './hot-queues.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { hasOpenWorkflow, workspacesWithOpenWorkflows } from './open-workflows.ts';
import { repeatEvery } from './repeat.ts';
import { superviseWorker, type SupervisedWorker } from './supervised-worker.ts';
import { servedByPool, workspacesWithWork } from './workspaces-with-work.ts';

/** How soon a process learns of work that another process admitted. One short query each. */
const REFRESH_MS = 1_000;
/** Workspaces read by one refresh; more are read by the next ones in turn. */
const REFRESH_PAGE = 2_000;
/** How often Temporal is asked for open workflows that Postgres does not know of. Visibility is a shared, limited resource. */
const VISIBILITY_SCAN_MS = 30_000;
/** A Worker takes some 20 ms of the event loop to make: no more at once, or gates in the same process would wait. */
const CREATIONS_AT_ONCE = 4;
/** Cold queues that are checked against Temporal at once, and the least time between two checks of one queue. */
const COLD_CHECKS_AT_ONCE = 4;
const COLD_CHECK_AGAIN_MS = 30_000;
const TURN_DEFAULT_MS = 10_000;

export interface PoolDeps {
  readonly config: Config;
  readonly log: Log;
  readonly client: Client;
  readonly db: Db;
  /** Makes the Worker of one workspace's queue. */
  createWorker(workspaceId: string): Promise<Worker>;
  onWorkerFailure(): void;
  /** Beyond the bound, how long a busy queue keeps its place. Defaults to 10 s: some ten short executions. */
  readonly turnMs?: number;
}

export interface PoolCounts {
  readonly polled: number;
  /** Queues with work that are not polled because of WORKSPACE_MAX_QUEUES. */
  readonly waiting: number;
  readonly bound: number;
}

/** Polls the workspace queues that are hot. */
export interface WorkspacePool {
  /** Work is about to arrive at this workspace's queue: poll it at once. Returns at once, never throws. */
  heat(workspaceId: string): void;
  counts(): PoolCounts;
  /** Stops all Workers and waits for them. */
  stop(): Promise<void>;
}

interface Queue {
  readonly workspaceId: string;
  readonly preference: number;
  busy: boolean;
  seenInCycle: number;
  lastUsedMs: number;
  waitingSinceMs: number;
  polledSinceMs: number | null;
  coldCheckedMs: number;
  worker: SupervisedWorker | null;
  leaving: Promise<void> | null;
}

/**
 * A queue is hot while its workspace has rows in line or in a slot, while Temporal has open workflows there, and for
 * WORKSPACE_QUEUE_LINGER_SECONDS after either. Work is found in three ways: reconcile in this process says so (`heat`),
 * Postgres shows it (every second), or Temporal does (every half minute).
 */
export function startPool(deps: PoolDeps): WorkspacePool {
  const { config, log } = deps;
  const self = randomUUID();
  const queues = new Map<string, Queue>();
  const create = limitConcurrency(CREATIONS_AT_ONCE);
  const checkCold = limitConcurrency(COLD_CHECKS_AT_ONCE);
  let overBound = false;
  let stopped = false;
  let cursor = '';
  let cycle = 1;
  let scanFrom: Uint8Array | null = null;

  const queueOf = (workspaceId: string): Queue => {
    let queue = queues.get(workspaceId);
    if (queue === undefined) {
      queue = {
        workspaceId,
        preference: createHash('sha256').update(`${self} ${workspaceId}`).digest().readUInt32BE(),
        busy: false,
        seenInCycle: 0,
        lastUsedMs: Date.now(),
        waitingSinceMs: Date.now(),
        polledSinceMs: null,
        coldCheckedMs: 0,
        worker: null,
        leaving: null,
      };
      queues.set(workspaceId, queue);
    }
    return queue;
  };

  const markUsed = (workspaceId: string) => {
    const queue = queueOf(workspaceId);
    queue.busy = true;
    queue.seenInCycle = cycle;
    queue.lastUsedMs = Date.now();
  };

  const begin = (queue: Queue) => {
    queue.polledSinceMs = Date.now();
    queue.worker = superviseWorker({
      queue: workspaceQueue(queue.workspaceId),
      log,
      onFailure: deps.onWorkerFailure,
      create: () => create(() => deps.createWorker(queue.workspaceId)),
    });
    log.debug({ workspaceId: queue.workspaceId }, 'workspace queue is hot');
  };

  const end = (queue: Queue, why: string) => {
    const { worker } = queue;
    if (worker === null) return;
    queue.worker = null;
    queue.polledSinceMs = null;
    queue.waitingSinceMs = Date.now();
    const leaving = worker.stop().then(() => {
      if (queue.leaving !== leaving) return;
      queue.leaving = null;
      if (queue.worker === null && !queue.busy) queues.delete(queue.workspaceId);
    });
    queue.leaving = leaving;
    log.debug({ workspaceId: queue.workspaceId, why }, 'workspace queue is no longer polled');
  };

  const apply = () => {
    if (stopped) return;
    const nowMs = Date.now();
    const states = [...queues.values()].map((queue) => ({ ...queue, occupied: isOccupied(queue) }));
    const decision: HotQueueDecision = decideHotQueues(states, {
      nowMs,
      bound: config.WORKSPACE_MAX_QUEUES,
      lingerMs: config.WORKSPACE_QUEUE_LINGER_SECONDS * 1000,
      turnMs: deps.turnMs ?? TURN_DEFAULT_MS,
    });
    if (decision.waiting.length > 0 && !overBound) {
      log.warn(
        { waiting: decision.waiting.length, bound: config.WORKSPACE_MAX_QUEUES },
        'more workspace queues have work than this process may poll, so they take turns: raise WORKSPACE_MAX_QUEUES or add worker processes',
      );
    }
    overBound = decision.waiting.length > 0;
    for (const workspaceId of decision.yield) end(queueOf(workspaceId), 'others wait for its place');
    for (const workspaceId of decision.start) begin(queueOf(workspaceId));
    for (const workspaceId of decision.cold) void coolDown(queueOf(workspaceId), nowMs);
    for (const queue of queues.values()) {
      if (!queue.busy && queue.worker === null && queue.leaving === null) queues.delete(queue.workspaceId);
    }
  };

  /** Postgres shows nothing, but a reset or a grandchild may be open there: only Temporal can tell. */
  const coolDown = async (queue: Queue, nowMs: number) => {
    if (nowMs - queue.coldCheckedMs < COLD_CHECK_AGAIN_MS) return;
    queue.coldCheckedMs = nowMs;
    try {
      const open = await checkCold(() => hasOpenWorkflow(deps.client, queue.workspaceId));
      if (open) queue.lastUsedMs = Date.now();
      else if (!queue.busy && !isOccupied(queue)) end(queue, 'cold');
    } catch (error) {
      log.debug(
        { workspaceId: queue.workspaceId, error },
        'Temporal did not say whether a queue is cold; it stays hot',
      );
    }
  };

  const refresh = async () => {
    const page = await workspacesWithWork(deps.db, { after: cursor, limit: REFRESH_PAGE });
    for (const workspaceId of page) markUsed(workspaceId);
    const last = page.length === REFRESH_PAGE ? page.at(-1) : undefined;
    cursor = last ?? '';
    if (last === undefined) {
      // All have been read: whoever was not among them has no work.
      for (const queue of queues.values()) if (queue.seenInCycle < cycle) queue.busy = false;
      cycle += 1;
    }
    await dropThoseOfOthers();
    apply();
  };

  /** A workspace that was switched to `workers: external` is somebody else's to serve, at once. */
  const dropThoseOfOthers = async () => {
    const known = [...queues.values()]
      .filter((queue) => queue.worker !== null)
      .map((queue) => queue.workspaceId);
    const ours = new Set(await servedByPool(deps.db, known));
    for (const workspaceId of known) {
      const queue = queueOf(workspaceId);
      if (ours.has(workspaceId)) continue;
      queue.busy = false;
      end(queue, 'served by external workers');
    }
  };

  const scan = async () => {
    const page = await workspacesWithOpenWorkflows(deps.client, scanFrom);
    scanFrom = page.next;
    const found = page.workspaceIds.filter((id) => new RegExp(WORKSPACE_ID_PATTERN).test(id));
    for (const workspaceId of await servedByPool(deps.db, found)) markUsed(workspaceId);
    apply();
  };

  const refreshing = repeatEvery(REFRESH_MS, refresh, (error) =>
    log.warn({ error }, 'workspaces with work could not be read; queues stay as they are'),
  );
  const scanning = repeatEvery(VISIBILITY_SCAN_MS, scan, (error) => {
    scanFrom = null;
    log.debug(
      { error },
      'Temporal did not list open workflows; only queues that Postgres knows to have work are polled',
    );
  });

  return {
    heat(workspaceId) {
      if (stopped) return;
      const { worker } = queueOf(workspaceId);
      markUsed(workspaceId);
      if (worker === null) apply();
    },
    counts() {
      const known = [...queues.values()];
      return {
        polled: known.filter((queue) => queue.worker !== null).length,
        waiting: known.filter((queue) => queue.worker === null && queue.busy).length,
        bound: config.WORKSPACE_MAX_QUEUES,
      };
    },
    async stop() {
      stopped = true;
      await Promise.all([refreshing.stop(), scanning.stop()]);
      for (const queue of queues.values()) end(queue, 'the process stops');
      await Promise.all([...queues.values()].map((queue) => queue.leaving));
    },
  };
}

function isOccupied(queue: Queue): boolean {
  return (queue.worker?.status()?.numInFlightActivities ?? 0) > 0;
}
