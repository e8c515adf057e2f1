import type { NotFoundCount } from '../../../domain/not-found.ts';
import type { HandedOn, NotFoundExecution, WatchedExecution } from '../contract.ts';

/** How often watches did not find an execution's workflow. Kept for executions that are watched, here or in the next run. */
export class NotFoundCounts {
  readonly #byId = new Map<string, NotFoundExecution>();

  constructor(handedOn: readonly NotFoundExecution[]) {
    for (const one of handedOn) this.#byId.set(one.executionId, one);
  }

  /** One turn of the watcher: of the executions that it watched, it found all but these. */
  turn(watched: readonly WatchedExecution[], notFound: readonly NotFoundExecution[]): void {
    for (const { executionId } of watched) this.#byId.delete(executionId);
    for (const one of notFound) this.#byId.set(one.executionId, one);
  }

  forget(executionId: string): void {
    this.#byId.delete(executionId);
  }

  of(executionId: string): NotFoundCount | undefined {
    const count = this.#byId.get(executionId);
    return count && { since: count.since, times: count.times };
  }

  handOn(): Pick<HandedOn, 'notFound'> {
    return this.#byId.size === 0 ? {} : { notFound: [...this.#byId.values()] };
  }
}
