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
