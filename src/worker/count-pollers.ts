import type { Config } from '../config/config.ts';
import { WATCH_POLLERS } from './roles/gates-worker.ts';
import { RETENTION_POLLERS } from './roles/retention-worker.ts';
import type { PollerCounts } from './ops/worker-metrics.ts';

/**
 * The long polls that a process has open at most with its roles and this many workspace queues. Temporal bounds them by
 * `frontend.namespaceCount` (1,200 of each kind in a namespace and frontend host, unless it was raised).
 */
export function countPollers(config: Config, { queues }: { queues: number }): PollerCounts {
  const { roles } = config;
  const gates = roles.has('gates') ? 1 : 0;
  const external = roles.has('external-api') ? 1 : 0;
  return {
    workflow: gates * config.GATES_WORKFLOW_POLLERS + queues * config.WORKSPACE_WORKFLOW_POLLERS,
    activity:
      gates * (WATCH_POLLERS + RETENTION_POLLERS) +
      external * config.EXTERNAL_API_ACTIVITY_POLLERS +
      // Without activities a Worker does not poll for them.
      (config.ACTIVITIES_PATH === '' ? 0 : queues * config.WORKSPACE_ACTIVITY_POLLERS),
  };
}
