import { PEER_NAMES, runAll } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

/** In turns: a run takes five seconds, and the speed of a shared machine changes from one to the next by more than the reach allows. */
const TURNS = 3;
const WORK = { tenants: 1, each: 80, workMs: 200, cap: 5, warmUp: 30, turns: TURNS };
const DEFAULTS = PEER_NAMES.filter((who) => who.endsWith('default'));

/** One workspace with a queue: what passes between the end of work in a slot and the beginning of the next. */
export const handoff: Scenario = {
  name: 'handoff',
  title: `Handoff: 1 workspace, limit ${WORK.cap}, ${WORK.each} executions of ${WORK.workMs} ms, the first ${WORK.warmUp} handoffs left out; Sluice and raw parents ${TURNS} times in turns`,
  rounds: 5,
  needsPackages: true,
  takesReservations: true,
  reaches: [
    {
      what: 'handoff p50 over raw parents',
      value: (f) => f['sluice p50 ms']! / f['raw parents p50 ms']!,
      atMost: 1.2,
    },
    {
      what: `worker's processor time for an execution, ms`,
      value: (f) => f['sluice worker CPU ms/execution']!,
      atMost: 22,
    },
    ...DEFAULTS.map((who) => ({
      what: `handoff p50 of ${who} over Sluice's`,
      value: (f: Readonly<Record<string, number>>) => f[`${who} p50 ms`]! / f['sluice p50 ms']!,
      atLeast: 10,
    })),
  ],
  start: ({ servers, reservations, say }) =>
    Promise.resolve({
      round: () => runAll(servers, WORK, say, { reservations }),
      stop: () => Promise.resolve(),
    }),
};
