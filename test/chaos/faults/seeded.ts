/** Random choices that a seed repeats: the same seed gives the same faults in the same order. */
export interface Seeded {
  /** At least 0, less than 1. */
  fraction(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** The mulberry32 generator: 32 bits of state, which is plenty to choose faults. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    whole,
    pick: (items) => items[whole(0, items.length - 1)]!,
    shuffled(items) {
      const left = [...items];
      const result: typeof left = [];
      while (left.length > 0) result.push(left.splice(whole(0, left.length - 1), 1)[0]!);
      return result;
    },
  };
}
