import { type CappedWork, runAll } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

const TENANTS = 300;
const CAP = 5;
const EACH = 25;
/** Of all tenants together: what decides how long work is, so that a try with few tenants is as busy and shorter. */
const HANDOFFS_PER_SECOND = 25;
const PEERS = ['DBOS, fastest', 'pg-boss, fastest'] as const;

/** Begins once each slot has had its first, shorter work and one whole one: by then all tenants are at their cap. */
const WARM_UP = 2 * CAP;

const workOf = (tenants: number): CappedWork => ({
  tenants,
  each: EACH,
  workMs: (tenants * CAP * 1_000) / HANDOFFS_PER_SECOND,
  cap: CAP,
  warmUp: WARM_UP,
  isSpread: true,
});

const seconds = workOf(TENANTS).workMs / 1_000;

/** Many customers who all use what they pay for, for hours: what a handoff costs then, and how late it is. */
export const tenantsAtCap: Scenario = {
  name: 'tenants-at-cap',
  title: `Tenants at their cap: ${TENANTS} workspaces, limit ${CAP} each, ${EACH} executions of ${seconds} s in each, ${HANDOFFS_PER_SECOND} handoffs a second in all, the first ${WARM_UP} of each left out`,
  rounds: 2,
  needsPackages: true,
  reaches: [
    {
      what: "Postgres's processor time for an execution, over DBOS's at its fastest",
      value: (f) => f['sluice Postgres CPU ms/execution']! / f['DBOS, fastest Postgres CPU ms/execution']!,
      atMost: 1,
    },
    {
      what: "handoff p99 over DBOS's at its fastest",
      value: (f) => f['sluice p99 ms']! / f['DBOS, fastest p99 ms']!,
      atMost: 1,
    },
  ],
  start: ({ servers, say, size }) =>
    Promise.resolve({
      round: () => runAll(servers, workOf(size ?? TENANTS), say, { peers: PEERS }),
      stop: () => Promise.resolve(),
    }),
};
