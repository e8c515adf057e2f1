import type { Database } from '../connection/database.ts';
import { onConnection } from '../connection/on-connection.ts';
import { DAY_MS, LEAF_PARENTS, type LeafParent } from './grid.ts';
import { readClock, readLeaves, type StoredLeaf } from './read-leaves.ts';

/** Fewer than these, and nobody has made partitions for two weeks: somebody should see why. */
export const AHEAD_DAYS_MIN = 7;

/** For how many days from now each row has a partition to go to, whatever its class; 0 when one is missing already. */
export async function readAheadDays(database: Pick<Database, 'pool'>): Promise<number> {
  return await onConnection(database, async (client) => {
    const now = await readClock(client);
    const leaves = await readLeaves(client);
    return Math.min(...LEAF_PARENTS.map((parent) => aheadDaysOf(parent, leaves, now)));
  });
}

function aheadDaysOf({ name }: LeafParent, leaves: readonly StoredLeaf[], now: Date): number {
  let throughMs = now.getTime();
  // The oldest first, so that a gap ends it.
  for (const { parent, from, to, isDetachPending } of leaves) {
    if (parent !== name || isDetachPending || (from !== null && from.getTime() > throughMs)) continue;
    throughMs = Math.max(throughMs, to === null ? Infinity : to.getTime());
  }
  return (throughMs - now.getTime()) / DAY_MS;
}
