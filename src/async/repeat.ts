import { setTimeout as wait } from 'node:timers/promises';

export interface Repeating {
  /** Resolves when the run under way has ended; there is no further one. */
  stop(): Promise<void>;
}

/** Runs a task now, and again `intervalMs` after each end. A task that throws is reported and run again all the same. */
export function repeatEvery(
  intervalMs: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeating {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await task().catch(onError);
      await wait(intervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const ended = loop();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
