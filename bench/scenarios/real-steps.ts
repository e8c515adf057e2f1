import { STEPS } from '../code/steps.ts';
import { runPair } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

const TURNS = 3;
const WORK = { tenants: 1, each: 60, workMs: 100, cap: 5, warmUp: 20, turns: TURNS, steps: STEPS };

/** Executions as they are, of several activities: how much of the slots' time the way to the next execution takes. */
export const realSteps: Scenario = {
  name: 'real-steps',
  title: `Real steps: 1 workspace, limit ${WORK.cap}, ${WORK.each} executions of ${STEPS} activities of ${WORK.workMs} ms, the first ${WORK.warmUp} handoffs left out; Sluice and raw parents ${TURNS} times in turns`,
  rounds: 5,
  reaches: [
    {
      what: 'slot utilisation over raw parents',
      value: (f) => f['sluice utilisation %']! / f['raw parents utilisation %']!,
      atLeast: 0.95,
    },
  ],
  start: ({ servers, say }) =>
    Promise.resolve({ round: () => runPair(servers, WORK, say), stop: () => Promise.resolve() }),
};
