import type { Scenario } from '../scenario.ts';
import { handOver } from './hand-over.ts';
import { saturation } from './saturation.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [handOver, saturation];
