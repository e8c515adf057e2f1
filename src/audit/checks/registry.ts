import { capCheck } from './cap.ts';
import type { Check } from '../judging/check.ts';
import { countersCheck } from './counters.ts';
import { durableCheck } from './durable.ts';
import { eventsCheck } from './events.ts';
import { fifoCheck } from './fifo.ts';
import { leakCheck } from './leak.ts';
import { onceCheck } from './once.ts';
import { outcomeCheck } from './outcome.ts';
import { pauseCheck } from './pause.ts';
import { scheduleCheck } from './schedule.ts';
import { workConservingCheck } from './work-conserving.ts';

/** Every check of the audit, in the order of its report. LEAK and COUNTERS are the basis of CAP and of the queue. */
const CHECKS: readonly (() => Check)[] = [
  capCheck,
  fifoCheck,
  durableCheck,
  onceCheck,
  outcomeCheck,
  leakCheck,
  workConservingCheck,
  countersCheck,
  eventsCheck,
  scheduleCheck,
  pauseCheck,
];

/** New checks, for one audit. */
export function createChecks(): readonly Check[] {
  return CHECKS.map((create) => create());
}
