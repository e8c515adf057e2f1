import type { Progress } from '../terminal/progress.ts';

/** What a way of getting the `temporal` program is given; it leaves the program in the folder, named `temporal`. */
export interface ObtainTemporal {
  readonly version: string;
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** The digest that a downloaded archive must have, in lower-case hexadecimal; null for the pinned one. */
  readonly sha256: string | null;
}
