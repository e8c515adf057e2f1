import type { Worker } from '@temporalio/worker';
import { limitConcurrency } from '../../async/limit-concurrency.ts';
import { workspaceQueue } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import type { PollDrain } from '../sdk/poll-drain.ts';
import { type SupervisedWorker, superviseWorker } from '../sdk/supervised-worker.ts';

/** A Worker takes some 5 ms of the event loop to make: no more at once, or gates in the same process would wait. */
const CREATIONS_AT_ONCE = 4;

export interface QueueWorkersOptions {
  readonly log: Log;
  createWorker(workspaceId: string, polls: PollDrain): Promise<Worker>;
  onWorkerFailure(): void;
}

/** Starts and stops the Workers of workspace queues, one of a queue after the other. */
export class QueueWorkers {
  readonly #options: QueueWorkersOptions;
  /** The last Worker of each queue that is stopping. Temporal's SDK refuses a second one of the same queue beside it. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #limitCreations = limitConcurrency(CREATIONS_AT_ONCE);

  constructor(options: QueueWorkersOptions) {
    this.#options = options;
  }

  start(workspaceId: string): SupervisedWorker {
    const { log, createWorker, onWorkerFailure } = this.#options;
    return superviseWorker({
      queue: workspaceQueue(workspaceId),
      log,
      onFailure: onWorkerFailure,
      create: async (polls) => {
        await this.#leaving.get(workspaceId);
        return await this.#limitCreations(() => createWorker(workspaceId, polls));
      },
    });
  }

  stop(workspaceId: string, worker: SupervisedWorker): void {
    const gone = worker.stop();
    this.#leaving.set(workspaceId, gone);
    void gone.then(() => {
      if (this.#leaving.get(workspaceId) === gone) this.#leaving.delete(workspaceId);
    });
  }

  /** Resolves when the stopped Workers are gone. */
  async allGone(): Promise<void> {
    await Promise.all(this.#leaving.values());
  }
}
