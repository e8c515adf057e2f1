import { type NativeConnection, Worker } from '@temporalio/worker';
import {
  createRetentionActivities,
  type RetentionActivityDeps,
} from '../../activities/retention/retention-activities.ts';
import type { Config } from '../../config/config.ts';
import { RETENTION_QUEUE } from '../../domain/names.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { shutdownTimes } from '../sdk/shutdown-times.ts';

/** The schedule lets one run be open, and a run does one thing after the other. */
export const RETENTION_POLLERS = 1;

/** A drop that waits may wait for hours, so nothing is won by waiting for it at a stop; the next process goes on with it. */
const GRACE_MAX_SECONDS = 1;

/** The Web UI is to show soon whom a drop waits for. */
const HEARTBEAT_THROTTLE_MS = 5_000;

export interface RetentionWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly config: Config;
  readonly deps: RetentionActivityDeps;
  readonly polls: PollDrain;
}

/** The Worker of queue `activities.retention`: activities only, so that a drop which waits holds no slot of the gates or the sweep. */
export function createRetentionWorker(options: RetentionWorkerOptions): Promise<Worker> {
  const { connection, namespace, config, deps, polls } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: RETENTION_QUEUE,
    activities: createRetentionActivities(deps),
    tuner: polls.tuner({ workflowTasks: 1, activities: RETENTION_POLLERS, localActivities: 1 }),
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: RETENTION_POLLERS },
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    ...shutdownTimes(config, GRACE_MAX_SECONDS),
  });
}
