import type { Scenario } from '../scenario.ts';
import { enqueue } from './enqueue.ts';
import { handOver } from './hand-over.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [handOver, enqueue];
