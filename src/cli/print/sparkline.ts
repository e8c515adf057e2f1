const BARS = ' ▁▂▃▄▅▆▇█';

/** Counts as a line of bars, the largest of each group of neighbours; as high as the highest of them. */
export function sparkline(counts: readonly number[], columns: number): string {
  const group = Math.ceil(counts.length / columns);
  const highest = Math.max(...counts);
  if (highest === 0) return '';
  const bars: string[] = [];
  for (let at = 0; at < counts.length; at += group) {
    const count = Math.max(...counts.slice(at, at + group));
    bars.push(BARS[Math.ceil((count / highest) * (BARS.length - 1))]!);
  }
  return bars.join('').trimEnd();
}
