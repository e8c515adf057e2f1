import type { Scenario } from '../scenario.ts';
import { admission } from './admission.ts';
import { bigWorkspace } from './big-workspace.ts';
import { burst } from './burst.ts';
import { churn } from './churn.ts';
import { coldBurst } from './cold-burst.ts';
import { continueAsNew } from './continue-as-new.ts';
import { day } from './day.ts';
import { deepQueue } from './deep-queue.ts';
import { endedRows } from './ended-rows.ts';
import { enqueue } from './enqueue.ts';
import { events } from './events.ts';
import { handoff } from './handoff.ts';
import { history } from './history.ts';
import { horizon } from './horizon.ts';
import { hotQueues } from './hot-queues.ts';
import { keys } from './keys.ts';
import { largeLimits } from './large-limits.ts';
import { listening } from './listening.ts';
import { longWork } from './long-work.ts';
import { manyTenants } from './many-tenants.ts';
import { manyWorkspaces } from './many-workspaces.ts';
import { metrics } from './metrics.ts';
import { prune } from './prune.ts';
import { realSteps } from './real-steps.ts';
import { saturation } from './saturation.ts';
import { tenantsAtCap } from './tenants-at-cap.ts';
import { transactional } from './transactional.ts';
import { transactionalAdmission } from './transactional-admission.ts';
import { transactionalRate } from './transactional-rate.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [
  handoff,
  manyTenants,
  continueAsNew,
  saturation,
  admission,
  history,
  burst,
  largeLimits,
  bigWorkspace,
  realSteps,
  longWork,
  tenantsAtCap,
  coldBurst,
  day,
  enqueue,
  transactional,
  transactionalRate,
  transactionalAdmission,
  keys,
  deepQueue,
  horizon,
  endedRows,
  churn,
  prune,
  events,
  listening,
  metrics,
  hotQueues,
  manyWorkspaces,
];
