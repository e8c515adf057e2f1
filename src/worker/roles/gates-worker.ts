import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { createGateActivities } from '../../activities/gate/gate-activities.ts';
import type { GateActivityDeps } from '../../activities/gate-activity-deps.ts';
import { createSweepActivities } from '../../activities/sweep/sweep-activities.ts';
import type { Config } from '../../config/config.ts';
import { DEFAULT_QUEUE, GATE_WORKFLOW_TYPE } from '../../domain/names.ts';
import { LeanWorker } from '../sdk/lean-worker.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { shutdownTimes } from '../sdk/shutdown-times.ts';
import { STICKY_TIMEOUT_MS } from '../sdk/sticky-timeout.ts';

/** Polls for watches: each takes half a minute, so few begin in a second. */
export const WATCH_POLLERS = 2;

/** A watch never ends by itself while its executions run, so waiting longer for it would only make every stop slow. */
const GRACE_MAX_SECONDS = 1;

export interface GatesWorkerOptions {
  readonly connection: NativeConnection;
  readonly config: Config;
  readonly bundle: WorkflowBundleOption;
  readonly deps: GateActivityDeps;
  readonly polls: PollDrain;
}

/** The Worker of queue `workflows.default`: gates, the sweep, and their activities. */
export function createGatesWorker(options: GatesWorkerOptions): Promise<Worker> {
  const { connection, config, bundle, deps, polls } = options;
  const WorkerOfGates = config.GATES_STACK_TRACES ? Worker : LeanWorker;
  return WorkerOfGates.create({
    connection,
    namespace: deps.client.options.namespace,
    taskQueue: DEFAULT_QUEUE,
    workflowBundle: bundle,
    // A run of other code than this is ended, and its retry policy begins the next: see docs/upgrades.md.
    workflowFailureErrorTypes: {
      '*': [],
      [GATE_WORKFLOW_TYPE]: ['NondeterminismError', 'DeterminismViolationError'],
    },
    activities: { ...createGateActivities(deps), ...createSweepActivities(deps) },
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT_MS,
    maxCachedWorkflows: config.GATES_MAX_CACHED_WORKFLOWS,
    tuner: polls.tuner({
      workflowTasks: Math.min(config.GATES_MAX_CONCURRENT_WORKFLOW_TASKS, config.GATES_MAX_CACHED_WORKFLOWS),
      activities: config.GATES_MAX_CONCURRENT_WATCHES,
      localActivities: config.GATES_MAX_CONCURRENT_RECONCILES,
    }),
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: config.GATES_WORKFLOW_POLLERS },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: WATCH_POLLERS },
    ...shutdownTimes(config, GRACE_MAX_SECONDS),
  });
}
