import type { Log } from './log.ts';
import { printError } from './operator-error.ts';

/** A part of Sluice that runs until it is stopped. */
export interface Running {
  /** Takes nothing new, finishes what it has begun within the configured grace, and frees all it holds. */
  stop(): Promise<void>;
  /** Settles when the part ends by itself; rejects when it failed. Never settles for parts that only end when stopped. */
  readonly ended?: Promise<void>;
}

/** What a shell reports for a process that Ctrl-C ended. */
const EXIT_CODE_INTERRUPTED = 130;

/**
 * Runs one process to its end: starts it, stops it at SIGINT, SIGTERM or SIGHUP, and exits with 1 after a clear line when it can
 * not start or fails; then too it is stopped first. A signal while it starts aborts `interrupted`.
 */
export async function runProcess(
  start: (interrupted: AbortSignal) => Promise<Running>,
  log?: Log,
): Promise<never> {
  const interrupted = new AbortController();
  let exitCode = 0;
  const signalled = new Promise<string>((resolve) => {
    // Kept for good: npm passes on the Ctrl-C that the terminal has already sent us, and a second one must not cut the stop short.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        resolve(name);
        interrupted.abort();
      });
    }
    // A defect ends the process, but not without stopping: what runs beside it would be left behind.
    process.on('uncaughtException', (error) => {
      printError(error);
      exitCode = 1;
      resolve('uncaughtException');
      interrupted.abort();
    });
  });
  // A terminal that is gone is no reason to leave without stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  let running: Running;
  try {
    running = await start(interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) process.exit(exitCode || EXIT_CODE_INTERRUPTED);
    printError(error);
    process.exit(1);
  }

  try {
    const signal = await Promise.race([signalled, running.ended ?? new Promise<never>(() => {})]);
    log?.info({ signal }, 'stopping');
  } catch (error) {
    printError(error);
    exitCode = 1;
  }
  try {
    await running.stop();
  } catch (error) {
    printError(error);
    exitCode = 1;
  }
  process.exit(exitCode);
}
