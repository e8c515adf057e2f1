import { setTimeout as wait } from 'node:timers/promises';
import type { Worker, WorkerStatus } from '@temporalio/worker';
import type { Log } from '../../process/log.ts';
import { type PollDrain, createPollDrain } from './poll-drain.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** Doubled after each failure in a row: a server that restarts must not meet a thousand Workers every second. */
const BACK_OFF_FIRST_MS = 500;
const BACK_OFF_MAX_MS = 30_000;

/** One queue's Worker, made again whenever it fails. */
export interface SupervisedWorker {
  /** Null while no Worker runs: before the first, and between a failure and the next. */
  status(): WorkerStatus | null;
  /** Drains its polls, waits for what runs within the Worker's own shutdown times, and resolves when it is gone. Never rejects. */
  stop(): Promise<void>;
}

export interface SupervisedWorkerOptions {
  readonly queue: string;
  readonly log: Log;
  create(polls: PollDrain): Promise<Worker>;
  /** Called at each failure, before the back-off. */
  onFailure(): void;
}

/** A Worker and the way to end its polls. */
export interface MadeWorker {
  readonly worker: Worker;
  readonly polls: PollDrain;
}

export async function makeWorker(create: (polls: PollDrain) => Promise<Worker>): Promise<MadeWorker> {
  const polls = createPollDrain();
  return { worker: await create(polls), polls };
}

/**
 * Runs a Worker for as long as it is not stopped. One that cannot be made, or that fails, is logged and made again after
 * a back-off: an error of one queue never ends the process.
 */
export function superviseWorker(options: SupervisedWorkerOptions, first?: MadeWorker): SupervisedWorker {
  const stopping = new AbortController();
  let current: MadeWorker | null = null;

  const runOnce = async (made: MadeWorker) => {
    const { worker } = made;
    const run = worker.run();
    current = made;
    // A Worker that was never run would keep the connection from closing, so even one that comes too late is run.
    if (stopping.signal.aborted) worker.shutdown();
    try {
      await run;
    } finally {
      current = null;
    }
  };

  const supervise = async () => {
    let made = first;
    let failures = 0;
    while (!stopping.signal.aborted) {
      const begun = Date.now();
      try {
        await runOnce(made ?? (await makeWorker(options.create)));
      } catch (error) {
        if (stopping.signal.aborted) {
          options.log.warn(
            { queue: options.queue, error },
            'a Worker did not stop in order; Temporal gives its tasks to another after their time-out',
          );
          return;
        }
        options.onFailure();
        failures = Date.now() - begun > BACK_OFF_MAX_MS ? 1 : failures + 1;
        const backOffMs = Math.min(BACK_OFF_FIRST_MS * 2 ** (failures - 1), BACK_OFF_MAX_MS);
        logRepeated(
          options.log,
          'error',
          { queue: options.queue, error, backOffMs },
          'a Worker failed and is made again',
        );
        await wait(backOffMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
      made = undefined;
    }
  };

  const gone = supervise();
  return {
    status: () => current?.worker.getStatus() ?? null,
    async stop() {
      stopping.abort();
      const last = current;
      await last?.polls.drain();
      if (last?.worker.getState() === 'RUNNING') last.worker.shutdown();
      await gone;
    },
  };
}
