import { seeded } from '../../test/chaos/faults/seeded.ts';

/** So many executions of one workspace at once. */
export interface Burst {
  readonly workspace: number;
  readonly executions: number;
  /** From the beginning of the day. */
  readonly atMs: number;
}

export interface Day {
  readonly seed: number;
  readonly dayMs: number;
  /** Of each workspace's bursts of the day; its order is the seed's. */
  readonly burstsOf: readonly (readonly number[])[];
}

/** How much busier or quieter than the mean noon and midnight are. */
const SWING = 0.8;

/**
 * When each workspace asks for how much. Each has one burst in every part of the day in which as much is asked for, so that those of one
 * workspace seldom meet; where in it, and in which order they come, the seed says. In the order of time.
 */
export function arrivalsOf({ seed, dayMs, burstsOf }: Day): Burst[] {
  const chance = seeded(seed);
  return burstsOf
    .flatMap((bursts, workspace) =>
      chance.shuffled(bursts).map((executions, part) => ({
        workspace,
        executions,
        atMs: dayMs * timeOfShare((part + chance.fraction()) / bursts.length),
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}

/** The part of the day, from 0 to 1, by which such a share of its arrivals has come: few at night, most at noon. */
function timeOfShare(share: number): number {
  let [from, to] = [0, 1];
  while (to - from > 1e-6) {
    const middle = (from + to) / 2;
    if (middle - (SWING * Math.sin(2 * Math.PI * middle)) / (2 * Math.PI) < share) from = middle;
    else to = middle;
  }
  return from;
}
