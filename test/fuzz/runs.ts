import type { Parameters } from 'fast-check';

/** The date of the first run: any number would do, but the same one every time. */
const FIXED_SEED = 20261123;

/**
 * The same cases in every `npm test`. `FUZZ_RUNS=20000 FUZZ_SEED=7 node tools/test.mjs test/fuzz` looks further; a failure prints its
 * seed, its path and the smallest counterexample.
 */
export function fuzzRuns(runs: number): Parameters<unknown> {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  return { numRuns: Number(FUZZ_RUNS ?? runs), seed: Number(FUZZ_SEED ?? FIXED_SEED) };
}
