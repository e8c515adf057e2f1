import { bestUtilisation, runAll } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

const WORK_S = 10;
const EACH = 25;
const CAP = 5;
/** Until each slot has had its first, shorter work: by then a contestant has filled all slots. */
const WARM_UP = CAP;
const work = (each: number) => ({
  tenants: 10,
  each,
  workMs: WORK_S * 1_000,
  cap: CAP,
  warmUp: WARM_UP,
  isSpread: true,
});

/** Ten workspaces whose work takes as long as a call of a model or a report: how much of their slots' time is worked in. */
export const longWork: Scenario = {
  name: 'long-work',
  title: `Long work: 10 workspaces, limit ${CAP} each, ${EACH} executions of ${WORK_S} s in each, whose ends are spread; the first ${WARM_UP} handoffs of each left out`,
  rounds: 3,
  needsPackages: true,
  reaches: [
    {
      what: 'slot utilisation',
      value: (f) => f['sluice utilisation %']! / 100,
      atLeast: 0.97,
    },
    {
      what: 'slot utilisation over the best peer at any setting',
      value: (f) => f['sluice utilisation %']! / bestUtilisation(f),
      atLeast: 0.99,
    },
  ],
  start: ({ servers, say, size }) =>
    Promise.resolve({
      round: () => runAll(servers, work(size ?? EACH), say),
      stop: () => Promise.resolve(),
    }),
};
