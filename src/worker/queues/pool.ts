import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Config } from '../../config/config.ts';
import type { Db } from '../../db/connection/database.ts';
import { WORKSPACE_ID_PATTERN } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { hasOpenWorkflow, workspacesWithOpenWorkflows } from './open-workflows.ts';
import { type PoolCounts, PolledQueues } from './polled-queues.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { repeatEvery, type Repeating } from '../../async/repeat.ts';
import { servedByPool, workspacesWithWork } from '../../db/workspaces/workspaces-with-work.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** How soon a process learns of work that another process admitted. One short query each. */
const REFRESH_MS = 1_000;

/** Workspaces read by one refresh; more are read by the next ones in turn. */
const REFRESH_PAGE = 2_000;

/** How often Temporal is asked for open workflows that Postgres does not know of. Visibility is a shared, limited resource. */
const VISIBILITY_SCAN_MS = 30_000;

const TURN_DEFAULT_MS = 10_000;

const WORKSPACE_ID = new RegExp(WORKSPACE_ID_PATTERN);

export interface PoolDeps {
  readonly config: Config;
  readonly log: Log;
  readonly client: Client;
  readonly db: Db;
  /** Makes the Worker of one workspace's queue. */
  createWorker(workspaceId: string, polls: PollDrain): Promise<Worker>;
  onWorkerFailure(): void;
  /** Beyond the bound, how long a busy queue keeps its place. Defaults to 10 s: some ten short executions. */
  readonly turnMs?: number;
}

/** Polls the workspace queues that are hot. */
export interface WorkspacePool {
  /** Work is about to arrive at this workspace's queue: poll it at once. Returns at once, never throws. */
  startPolling(workspaceId: string): void;
  counts(): PoolCounts;
  /** Stops all Workers and waits for them. */
  stop(): Promise<void>;
}

/**
 * A queue is hot while its workspace has rows in the queue or in a slot, while Temporal has open workflows there, and for
 * WORKSPACE_QUEUE_LINGER_SECONDS after either. Work is found in three ways: reconcile in this process says so (`startPolling`), Postgres
 * shows it (every second), or Temporal does (every half minute).
 */
export function startPool(deps: PoolDeps): WorkspacePool {
  const { config, log, client } = deps;
  const queues = new PolledQueues({
    log,
    bound: config.WORKSPACE_MAX_QUEUES,
    lingerMs: config.WORKSPACE_QUEUE_LINGER_SECONDS * 1000,
    turnMs: deps.turnMs ?? TURN_DEFAULT_MS,
    createWorker: deps.createWorker,
    onWorkerFailure: deps.onWorkerFailure,
    hasOpenWorkflow: (workspaceId) => hasOpenWorkflow(client, workspaceId),
  });
  const refreshing = refreshFromPostgres(deps, queues);
  const scanning = scanTemporal(deps, queues);
  return {
    startPolling(workspaceId) {
      queues.markUsed(workspaceId);
      if (!queues.isPolled(workspaceId)) queues.settle();
    },
    counts: () => queues.counts(),
    async stop() {
      await Promise.all([refreshing.stop(), scanning.stop(), queues.stop()]);
    },
  };
}

/** A page a time; a pass is complete with the last page. */
function refreshFromPostgres({ db, log }: PoolDeps, queues: PolledQueues): Repeating {
  let readAfter = '';
  const refresh = async () => {
    const page = await workspacesWithWork(db, { after: readAfter, limit: REFRESH_PAGE });
    for (const workspaceId of page) queues.markUsed(workspaceId);
    const isLastPage = page.length < REFRESH_PAGE;
    readAfter = isLastPage ? '' : page.at(-1)!;
    if (isLastPage) queues.endPass();
    await releaseThoseOfOthers(db, queues);
    queues.settle();
  };
  return repeatEvery(REFRESH_MS, refresh, (error) =>
    logRepeated(log, 'warn', { error }, 'workspaces with work could not be read; queues stay as they are'),
  );
}

/** A workspace that was switched to `workers: external` is somebody else's to serve, at once. */
async function releaseThoseOfOthers(db: Db, queues: PolledQueues): Promise<void> {
  const polled = queues.polled();
  const ours = new Set(await servedByPool(db, polled));
  for (const workspaceId of polled) if (!ours.has(workspaceId)) queues.release(workspaceId);
}

/** A page a time, and from the beginning again after an error. */
function scanTemporal({ client, db, log }: PoolDeps, queues: PolledQueues): Repeating {
  let scanFrom: Uint8Array | null = null;
  const scan = async () => {
    const page = await workspacesWithOpenWorkflows(client, scanFrom);
    scanFrom = page.next;
    const found = page.workspaceIds.filter((workspaceId) => WORKSPACE_ID.test(workspaceId));
    for (const workspaceId of await servedByPool(db, found)) queues.markUsed(workspaceId);
    queues.settle();
  };
  return repeatEvery(VISIBILITY_SCAN_MS, scan, (error) => {
    scanFrom = null;
    log.debug(
      { error },
      'Temporal did not list open workflows; only queues that Postgres knows to have work are polled',
    );
  });
}
