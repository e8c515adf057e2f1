import type { Progress } from './progress.ts';

/** What a way of getting the `temporal` program is given; it leaves the program in the folder, named `temporal`. */
export interface ObtainTemporal {
  readonly version: string;
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}
