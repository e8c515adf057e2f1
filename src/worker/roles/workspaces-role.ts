import { repeatEvery, type Repeating } from '../../async/repeat.ts';
import type { Database } from '../../db/connection/database.ts';
import { publishWorkflowTypes } from '../../enqueue/known-workflow-types.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { Activities } from '../code/user-activities.ts';
import { loadUserWorkflows, type UserWorkflows } from '../code/user-workflows.ts';
import { startPool, type WorkspacePool } from '../queues/pool.ts';
import { sharedThreadsWorkerFactory, stockWorkerFactory } from '../sdk/shared-workflow-creator.ts';
import type { StoredParts, WorkerParts } from '../worker-parts.ts';
import { createWorkspaceWorker } from './workspace-worker.ts';

/** The API forgets a type that no worker has published for some time, so a rolling change of code is seen. */
const PUBLISH_TYPES_INTERVAL_MS = 60_000;

export interface WorkspacesRole {
  readonly pool: WorkspacePool;
  /** `*` when it takes any type. */
  readonly workflowTypes: readonly string[];
}

/** The role `workspaces`: the user's workflows, on the queues of the pool's workspaces. */
export async function startWorkspacesRole(
  parts: WorkerParts,
  { database }: StoredParts,
  activities: Activities,
): Promise<WorkspacesRole> {
  const { config, log, client, connection, metrics, atStop } = parts;
  const workflows = await loadUserWorkflows(config.WORKFLOWS_PATH, log, {
    unknownTypeSeconds: config.WORKSPACE_UNKNOWN_TYPE_SECONDS,
    failOnError: config.WORKFLOWS_FAIL_ON_ERROR,
  });
  const publishing = keepTypesPublished(database, workflows, log);
  atStop.drain(() => publishing.stop());
  const factory = config.WORKSPACE_SHARED_THREADS ? sharedThreadsWorkerFactory() : stockWorkerFactory();
  atStop.close(() => factory.close());
  const { namespace } = client.options;
  const common = { connection, namespace, config, factory, workflows, activities };
  const pool = startPool({
    config,
    log,
    client,
    db: database.db,
    createWorker: (workspaceId, polls) => createWorkspaceWorker(workspaceId, { ...common, polls }),
    onWorkerFailure: () => metrics.workerFailed('workspace'),
  });
  atStop.drain(() => pool.stop());
  return { pool, workflowTypes: workflows.types };
}

function keepTypesPublished(database: Database, workflows: UserWorkflows, log: Log): Repeating {
  return repeatEvery(
    PUBLISH_TYPES_INTERVAL_MS,
    () => publishWorkflowTypes(database.db, workflows.types),
    (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'the known workflow types could not be published; it is tried again in a minute',
      ),
  );
}
