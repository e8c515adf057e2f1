import { isLimitOverride } from '../../../domain/tier.ts';
import type { RequestedOverride } from '../contract.ts';

/** The run that a signal arrives in, as Temporal names it. After a reset, `originalExecutionRunId` names the run that was reset. */
export interface SignalledRun {
  readonly runId: string;
  readonly originalExecutionRunId: string;
}

/**
 * The newest limit that was asked for by signal and is not yet written. Older ones never come into force, so a burst of signals is one
 * request.
 *
 * A reset makes a new run, and Temporal delivers to it again the signals of the old one: by new events that do not say so. They come
 * before the first answer that this run itself got, and the request then carries that doubt. Later signals are new, and have keys of the
 * new run.
 */
export class OverrideRequest {
  #newest: RequestedOverride | undefined;
  #signals = 0;

  constructor(handedOn: readonly RequestedOverride[]) {
    this.#newest = handedOn.at(-1);
  }

  /** Returns false for a value that is no limit; then nothing has changed. `answeredRunId` is the run of the last answer. */
  take(limitOverride: unknown, run: SignalledRun, answeredRunId: string | undefined): boolean {
    if (limitOverride !== null && !isLimitOverride(limitOverride)) return false;
    const maybeRepeated = run.runId !== run.originalExecutionRunId && run.runId !== answeredRunId;
    this.#newest = {
      key: `${run.runId}/${this.#signals++}`,
      limitOverride,
      ...(maybeRepeated && { maybeRepeated }),
    };
    return true;
  }

  /** For the next reconcile: none or one. */
  get pending(): readonly RequestedOverride[] {
    return this.#newest === undefined ? [] : [this.#newest];
  }

  /** A reconcile wrote these. A newer request stays. */
  written(requests: readonly RequestedOverride[]): void {
    if (requests.some(({ key }) => key === this.#newest?.key)) this.#newest = undefined;
  }
}
