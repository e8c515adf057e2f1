import { bestUtilisation, runAll } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

const WORK = { tenants: 10, each: 20, workMs: 1_000, cap: 5 };

/** Ten workspaces with lines at once: how much of their slots' time is worked in. */
export const manyTenants: Scenario = {
  name: 'many-tenants',
  title: `Utilisation: ${WORK.tenants} workspaces, limit ${WORK.cap} each, ${WORK.each} executions of 1 s in each`,
  rounds: 5,
  needsPackages: true,
  takesReservations: true,
  reaches: [
    { what: 'slot utilisation, %', value: (f) => f['sluice utilisation %']!, atLeast: 90 },
    {
      what: 'slot utilisation over raw parents',
      value: (f) => f['sluice utilisation %']! / f['raw parents utilisation %']!,
      atLeast: 0.95,
    },
    {
      what: 'slot utilisation over the best peer at any setting',
      value: (f) => f['sluice utilisation %']! / bestUtilisation(f),
      atLeast: 1,
    },
  ],
  start: ({ servers, reservations, say }) =>
    Promise.resolve({
      round: () => runAll(servers, WORK, say, { reservations }),
      stop: () => Promise.resolve(),
    }),
};
