import type { GateMeasures } from '../../src/activities/gate-measures.ts';

/** For a part of a worker whose numbers nobody reads. */
export const noMeasures: GateMeasures = {
  reconciled: () => {},
  admitted: () => {},
  handedOff: () => {},
  started: () => {},
  ended: () => {},
  endedWaiting: () => {},
  swept: () => {},
  sweptPage: () => {},
};
