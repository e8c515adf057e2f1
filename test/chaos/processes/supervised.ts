import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../../src/async/poll.ts';
import { type ProcessIdentity, signalProcess } from '../../../src/local/processes/process-identity.ts';
import type { Service } from '../../../src/local/processes/service.ts';
import { familyOf } from './process-family.ts';

/** A start that fails, most often because what it needs is down, is tried again after this long. */
const RETRY_MS = 500;

const UP_DEADLINE_MS = 60_000;

export type State = 'starting' | 'up' | 'frozen' | 'down';

/** One process that is started again whenever it is gone, until it is stopped. */
export interface Supervised {
  readonly name: string;
  readonly state: State;
  /** Times it ended by itself after it had been ready: nobody killed it. */
  readonly ownEnds: number;
  /** Resolves when it is ready for the first time; rejects when the first start failed. */
  readonly firstReady: Promise<void>;
  /** Resolves when it is up; rejects when it is not within a minute. */
  up(): Promise<void>;
  /** Sends the signal to it and all its descendants, and keeps it down for so long. False when it is not up. */
  kill(signal: 'SIGKILL' | 'SIGQUIT', downMs: number): boolean;
  /** SIGSTOP to it and all its descendants, and SIGCONT after so long. False when it does not run. */
  freeze(ms: number): boolean;
  /** SIGCONT, if it is frozen. */
  thaw(): void;
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly name: string;
  launch(onSpawn: (identity: ProcessIdentity) => void): Promise<Service>;
  /** Every process of ours is noted, so that a next run can end those of a killed one. */
  onSpawn(identity: ProcessIdentity): void;
  readonly say: (line: string) => void;
}

/** Runs a process under supervision from now on. */
export function supervise({ name, launch, onSpawn, say }: SuperviseOptions): Supervised {
  const stopping = new AbortController();
  let state: State = 'starting';
  let identity: ProcessIdentity | null = null;
  let downMs = 0;
  let killed = false;
  let ownEnds = 0;
  let thawTimer: NodeJS.Timeout | undefined;
  let current: Service | null = null;
  let ready = () => {};
  let failed = (_error: unknown) => {};
  let everReady = false;
  const firstReady = new Promise<void>((resolve, reject) => {
    ready = resolve;
    failed = reject;
  });
  firstReady.catch(() => {});

  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const run = async () => {
    while (!stopping.signal.aborted) {
      state = 'starting';
      killed = false;
      try {
        current = await launch((spawned) => {
          identity = spawned;
          onSpawn(spawned);
        });
      } catch (error) {
        identity = null;
        state = 'down';
        if (!everReady) failed(error);
        await pause(killed ? downMs : RETRY_MS);
        continue;
      }
      if (state === 'starting') state = 'up';
      everReady = true;
      ready();
      await current.ended;
      identity = null;
      current = null;
      state = 'down';
      if (!killed && !stopping.signal.aborted) {
        ownEnds += 1;
        downMs = RETRY_MS;
        say(`${name} ended by itself; it is started again`);
      }
      await pause(downMs);
    }
  };
  const gone = run();

  const thaw = () => {
    clearTimeout(thawTimer);
    if (state !== 'frozen' || identity === null) return;
    for (const pid of familyOf(identity.pid)) signalIfThere(pid, 'SIGCONT');
    signalProcess(identity, 'SIGCONT');
    state = current === null ? 'starting' : 'up';
  };

  return {
    name,
    get state() {
      return state;
    },
    get ownEnds() {
      return ownEnds;
    },
    firstReady,
    async up() {
      if (!(await poll(() => state === 'up', UP_DEADLINE_MS, stopping.signal)))
        throw new Error(`${name} did not come up within ${UP_DEADLINE_MS / 1000} s`);
    },
    kill(signal, ms) {
      // One that starts is spared: on a slow machine it would never be up again.
      if (identity === null || (state !== 'up' && state !== 'frozen')) return false;
      killed = true;
      downMs = ms;
      const family = signal === 'SIGKILL' ? familyOf(identity.pid) : [];
      if (!signalProcess(identity, signal)) return false;
      for (const pid of family) signalIfThere(pid, 'SIGKILL');
      return true;
    },
    freeze(ms) {
      if (identity === null || state !== 'up' || !signalProcess(identity, 'SIGSTOP')) return false;
      for (const pid of familyOf(identity.pid)) signalIfThere(pid, 'SIGSTOP');
      state = 'frozen';
      thawTimer = setTimeout(thaw, ms);
      return true;
    },
    thaw,
    async stop() {
      thaw();
      stopping.abort();
      if (current !== null) await current.stop();
      else if (identity !== null) signalProcess(identity, 'SIGKILL');
      await gone;
    },
  };
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
