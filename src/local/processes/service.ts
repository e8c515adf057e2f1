import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { LocalStartError } from '../local-start-error.ts';
import { poll } from '../../async/poll.ts';
import type { Progress } from '../terminal/progress.ts';
import { identify, isAlive, signalProcess, type ProcessIdentity } from './process-identity.ts';

/** A server of somebody else's that runs as a process of its own, beside ours. */
export interface Service {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly logFile: string;
  /** Settles when the process ends, stopped or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The operating system's user to run as; ours when not given. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Takes everything that the process prints. */
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
  /** Resolves to true once the service can be used. */
  ready(): Promise<boolean>;
  /** Defaults to 60 s. */
  readonly readyWithinMs?: number;
  /** Called at once with the process, so that it can be found again after a crash of ours. */
  onSpawn(identity: ProcessIdentity): void;
  /** Told the reason of a wait and its length, once it takes longer than usual. */
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Thrown when a service ended while it started, or was not ready in time. */
export class ServiceStartError extends LocalStartError {
  /** The last lines of its log: some services name the fault there alone. */
  readonly logEnd: string;

  constructor(what: string, { logFile }: Pick<ServiceOptions, 'logFile'>) {
    const logEnd = lastLines(logFile);
    super(`${what}. Its log is ${logFile}, and ends:\n${logEnd}`);
    this.logEnd = logEnd;
  }
}

/** Covers the first start on a slow disk; a start that works takes less than two seconds. */
const READY_DEADLINE_MS = 60_000;

/** Longer than a start that has nothing to make up for. */
const USUAL_START_MS = 3_000;
const PROGRESS_INTERVAL_MS = 10_000;

/** After that a process that was asked to stop is killed. */
export const STOP_DEADLINE_MS = 15_000;

/**
 * Starts a service and waits until it is ready. It runs in a session of its own, so that Ctrl-C in a terminal reaches only us,
 * and we can stop our own parts first.
 *
 * @throws ServiceStartError when it ends or does not become ready in time; it is stopped then.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const output = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
    env: options.env ?? process.env,
    ...options.user,
  });
  closeSync(output);
  let failed: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failed = error;
      resolve();
    });
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) options.onSpawn({ ...identity, name: options.name });

  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const stop = async () => {
    if (identity) await stopProcess(identity, options.stopSignal);
  };
  const waiting = tellWhatIsWaitedFor(options);
  try {
    const withinMs = options.readyWithinMs ?? READY_DEADLINE_MS;
    const ready = await poll(async () => hasEnded || (await options.ready()), withinMs, options.signal);
    if (hasEnded || !ready || !identity) {
      const what =
        hasEnded || !identity ? 'ended while it started' : `was not ready within ${withinMs / 1000} s`;
      throw new ServiceStartError(`${options.name} ${what}${failed ? `: ${failed.message}` : ''}`, options);
    }
    return { name: options.name, identity, logFile: options.logFile, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    waiting.end();
  }
}

function tellWhatIsWaitedFor({
  name,
  logFile,
  progress,
  readyWithinMs = READY_DEADLINE_MS,
}: ServiceOptions): { end(): void } {
  const startedMs = performance.now();
  const tell = () => {
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    progress?.(
      `waiting for ${name} to be ready since ${seconds} s, up to ${readyWithinMs / 1000} s; its log is ${logFile}`,
    );
    timer = setTimeout(tell, PROGRESS_INTERVAL_MS);
  };
  let timer = setTimeout(tell, USUAL_START_MS);
  return { end: () => clearTimeout(timer) };
}

/** Asks a process to stop, and kills it when it has not after 15 s. Returns when it is gone. */
export async function stopProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  if (!signalProcess(identity, signal)) return;
  if (await poll(() => !isAlive(identity), STOP_DEADLINE_MS)) return;
  signalProcess(identity, 'SIGKILL');
  await poll(() => !isAlive(identity), STOP_DEADLINE_MS);
}

function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines
    .slice(-8)
    .map((line) => `    ${line}`)
    .join('\n');
}
