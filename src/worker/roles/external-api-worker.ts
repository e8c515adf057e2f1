import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Config } from '../../config/config.ts';
import { EXTERNAL_API_QUEUE } from '../../domain/names.ts';
import type { WorkflowRun } from '../../temporal/runs/owner-of-workflow.ts';
import { externalApiSlots, withShares } from './external-api-shares.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { shutdownTimes } from '../sdk/shutdown-times.ts';
import type { Activities } from '../code/user-activities.ts';

/** Heartbeats are held back no longer than this, because it is with their answer that a cancellation arrives. */
const HEARTBEAT_THROTTLE_MS = 2_000;

export interface ExternalApiWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly config: Config;
  readonly activities: Activities;
  /** Whose a workflow is. */
  readonly ownerOf: (run: WorkflowRun) => Promise<string>;
  readonly polls: PollDrain;
}

/** The Worker of queue `activities.external-api`: activities only. */
export function createExternalApiWorker(options: ExternalApiWorkerOptions): Promise<Worker> {
  const { config } = options;
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: EXTERNAL_API_QUEUE,
    activities: withShares(options.activities, config, options.ownerOf),
    tuner: options.polls.tuner({
      workflowTasks: 1,
      activities: externalApiSlots(config),
      localActivities: 1,
    }),
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: config.EXTERNAL_API_ACTIVITY_POLLERS },
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    ...shutdownTimes(config),
  });
}
