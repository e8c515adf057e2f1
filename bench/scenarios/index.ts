import type { Scenario } from '../scenario.ts';
import { admission } from './admission.ts';
import { burst } from './burst.ts';
import { churn } from './churn.ts';
import { continueAsNew } from './continue-as-new.ts';
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
import { manyTenants } from './many-tenants.ts';
import { manyWorkspaces } from './many-workspaces.ts';
import { prune } from './prune.ts';
import { saturation } from './saturation.ts';

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
  enqueue,
  keys,
  deepQueue,
  horizon,
  endedRows,
  churn,
  prune,
  events,
  hotQueues,
  manyWorkspaces,
];
