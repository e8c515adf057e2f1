import { setTimeout as delay } from 'node:timers/promises';
import { type Service, stopProcess } from './service.ts';

export interface RestartOptions {
  /** Whether a service that runs will do nothing more for anybody. Must not reject. */
  isStuck(): Promise<boolean>;
  /** Starts it again, on the same data and the same address. */
  start(): Promise<Service>;
  /** Told before it is killed. */
  onStuck(): void;
  /** Told why it could not be started again: it has ended then. */
  onFailed(error: unknown): void;
  readonly everyMs: number;
  /** So many times in a row it must be found stuck. */
  readonly times: number;
}

/**
 * One service to everybody else: while it runs it is asked whether it is stuck, and then it is killed and started again. It has ended when
 * its process has, unless that was killed here; and when it could not be started again.
 */
export function restartWhenStuck(first: Service, options: RestartOptions): Service {
  const stopped = new AbortController();
  let current = first;
  let restarting = false;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const follow = (service: Service) => {
    current = service;
    void service.ended.then(() => {
      if (service === current && !restarting) end();
    });
  };

  const restart = async () => {
    options.onStuck();
    restarting = true;
    try {
      await stopProcess(current.identity, 'SIGKILL');
      follow(await options.start());
    } catch (error) {
      options.onFailed(error);
      end();
    } finally {
      restarting = false;
    }
  };

  const watch = async () => {
    let found = 0;
    while (await pause(options.everyMs, stopped.signal)) {
      found = (await options.isStuck()) ? found + 1 : 0;
      if (found < options.times || stopped.signal.aborted) continue;
      await restart();
      found = 0;
    }
  };

  follow(first);
  void ended.then(() => stopped.abort());
  const watching = watch();
  return {
    name: first.name,
    logFile: first.logFile,
    ended,
    get identity() {
      return current.identity;
    },
    async stop() {
      stopped.abort();
      await watching;
      await current.stop();
    },
  };
}

/** False when it was cut short. Keeps no process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}
