import type { Client } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/connection/database.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { Log } from '../process/log.ts';
import type { NamespaceFacts } from '../temporal/namespace/namespace.ts';
import type { WorkerKind, WorkerMetrics } from './ops/worker-metrics.ts';
import type { PollDrain } from './sdk/poll-drain.ts';
import { makeWorker, type SupervisedWorker, superviseWorker } from './sdk/supervised-worker.ts';
import type { AtStop } from './stop-order.ts';

/** What all roles of a process stand on. */
export interface WorkerParts {
  readonly config: Config;
  readonly log: Log;
  readonly client: Client;
  /** The namespace as it was at the start. */
  readonly facts: NamespaceFacts;
  readonly connection: NativeConnection;
  readonly metrics: WorkerMetrics;
  readonly atStop: AtStop;
  /** The Workers of queues that are polled for as long as the process runs. */
  readonly workers: SupervisedWorker[];
}

/** What the roles beside that need that read and write rows. */
export interface StoredParts {
  readonly database: Database;
  readonly deployment: Deployment;
}

/** Runs a Worker for as long as the process runs. It is made once before, so that a start that cannot work fails the process. */
export async function runWorker(
  { log, metrics, atStop, workers }: WorkerParts,
  kind: WorkerKind,
  queue: string,
  create: (polls: PollDrain) => Promise<Worker>,
): Promise<void> {
  const worker = superviseWorker(
    { queue, log, create, onFailure: () => metrics.workerFailed(kind) },
    await makeWorker(create),
  );
  workers.push(worker);
  atStop.drain(() => worker.stop());
}
