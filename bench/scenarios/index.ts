import type { Scenario } from '../scenario.ts';
import { deepQueue } from './deep-queue.ts';
import { handOver } from './hand-over.ts';
import { hotQueues } from './hot-queues.ts';
import { manyWorkspaces } from './many-workspaces.ts';
import { saturation } from './saturation.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [handOver, saturation, deepQueue, hotQueues, manyWorkspaces];
