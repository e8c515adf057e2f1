import type { GateActivities } from '../../workflows/gate/contract.ts';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { createReconcile } from './reconcile.ts';
import { createTerminateExecutions } from './terminate-executions.ts';
import { createWatchExecutions } from './watch-executions.ts';

/** Everything a gate needs done outside the sandbox. */
export function createGateActivities(deps: GateActivityDeps) {
  return {
    reconcile: createReconcile(deps),
    watchExecutions: createWatchExecutions(deps),
    terminateExecutions: createTerminateExecutions(deps),
  } satisfies GateActivities;
}
