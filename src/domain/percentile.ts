/**
 * The p-th percentile (0 to 100), by linear interpolation between the two nearest values: what p50 and p99 mean in the audit, in chaos and
 * in benchmarks. Throws on no values.
 */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new Error('there are no values to take a percentile of');
  const sorted = [...values].sort((a, b) => a - b);
  const at = ((sorted.length - 1) * p) / 100;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => percentile(values, 50);

/** A median that is outside of it would have shown such values less often. */
const CONFIDENCE = 0.95;

/**
 * Between which two of the values the median of all rounds that there could be lies, with a confidence of at least 95 %. It assumes nothing
 * of how they are distributed: so many values lie below the true median as heads come up when a coin is thrown for each. Null for fewer than
 * six values, of which no two are that far apart.
 */
export function intervalOfMedian(values: readonly number[]): [number, number] | null {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  let outside = 0;
  let ways = 1;
  let rank = 0;
  for (; rank < count / 2; rank++) {
    outside += (2 * ways) / 2 ** count;
    if (outside > 1 - CONFIDENCE) break;
    ways = (ways * (count - rank)) / (rank + 1);
  }
  return rank === 0 ? null : [sorted[rank - 1]!, sorted[count - rank]!];
}
