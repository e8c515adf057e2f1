import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Config } from '../../config/config.ts';
import { workspaceQueue } from '../../domain/names.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import type { WorkerFactory } from '../sdk/shared-workflow-creator.ts';
import { shutdownTimes } from '../sdk/shutdown-times.ts';
import { STICKY_TIMEOUT_MS } from '../sdk/sticky-timeout.ts';
import type { Activities } from '../code/user-activities.ts';
import type { UserWorkflows } from '../code/user-workflows.ts';

/** An eager reservation asks JavaScript for a slot while a thread of Core waits; few servers have eager activities turned on. */
const EAGER_ACTIVITIES = 0;

export interface WorkspaceWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly config: Config;
  readonly factory: WorkerFactory;
  readonly workflows: UserWorkflows;
  readonly activities: Activities;
  readonly polls: PollDrain;
}

/**
 * The Worker of one workspace's queue: the user's workflows, and the user's activities too, because a plain
 * `proxyActivities` in user code goes to the workflow's own queue.
 */
export function createWorkspaceWorker(workspaceId: string, options: WorkspaceWorkerOptions): Promise<Worker> {
  const { config } = options;
  return options.factory.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: workspaceQueue(workspaceId),
    workflowBundle: { code: options.workflows.code },
    buildId: options.workflows.buildId,
    activities: options.activities,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT_MS,
    maxCachedWorkflows: config.WORKSPACE_MAX_CACHED_WORKFLOWS,
    tuner: options.polls.tuner({
      workflowTasks: Math.min(
        config.WORKSPACE_MAX_CONCURRENT_WORKFLOW_TASKS,
        config.WORKSPACE_MAX_CACHED_WORKFLOWS,
      ),
      activities: config.WORKSPACE_MAX_CONCURRENT_ACTIVITIES,
      localActivities: config.WORKSPACE_MAX_CONCURRENT_ACTIVITIES,
    }),
    maxEagerActivityReservationsPerWorkflowTask: EAGER_ACTIVITIES,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: config.WORKSPACE_WORKFLOW_POLLERS },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: config.WORKSPACE_ACTIVITY_POLLERS },
    workflowThreadPoolSize: config.WORKSPACE_SHARED_THREADS ? config.WORKSPACE_WORKFLOW_THREADS : 1,
    ...shutdownTimes(config),
  });
}
