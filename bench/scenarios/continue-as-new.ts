import { figuresOf, runSluice } from '../parts/contestants.ts';
import type { Scenario } from '../scenario.ts';

const WORK = { tenants: 1, each: 200, workMs: 200, cap: 5, warmUp: 40 };
const EVENTS = 400;

/** What it costs that a gate continues as new while children run, ten times as often as Temporal suggests it. */
export const continueAsNew: Scenario = {
  name: 'continue-as-new',
  title: `Handoff across continue-as-new: every ${EVENTS} events, 1 workspace, limit ${WORK.cap}, ${WORK.each} executions of ${WORK.workMs} ms`,
  rounds: 5,
  reaches: [
    {
      what: 'p99 with, over p50 without',
      value: (f) => f['continuing p99 ms']! / f['steady p50 ms']!,
      atMost: 3,
    },
  ],
  start({ servers }) {
    return Promise.resolve({
      async round() {
        const often = { GATES_CONTINUE_AS_NEW_AFTER_EVENTS: String(EVENTS) };
        return {
          ...figuresOf('steady', [await runSluice(servers, WORK)], WORK),
          ...figuresOf('continuing', [await runSluice(servers, WORK, { settings: often })], WORK),
        };
      },
      stop: () => Promise.resolve(),
    });
  },
};
