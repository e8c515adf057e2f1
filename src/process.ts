import type { Log } from './log.ts';

/** A part of Sluice that runs until it is stopped. */
export interface Running {
  /** Takes nothing new, finishes what it has begun within the configured grace, and frees all it holds. */
  stop(): Promise<void>;
  /** Settles when the part ends by itself; rejects when it failed. Never settles for parts that only end when stopped. */
  readonly ended?: Promise<void>;
}

/**
 * Runs one process to its end: starts it, stops it at SIGINT or SIGTERM, and exits with 1 after a clear line when it can
 * not start or fails.
 */
export async function runProcess(start: () => Promise<Running>, log?: Log): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    console.error(error instanceof Error && isForOperators(error) ? `${error.name}: ${error.message}` : error);
    process.exit(1);
  }
  const signalled = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  try {
    const signal = await Promise.race([signalled, running.ended ?? new Promise<never>(() => {})]);
    log?.info({ signal }, 'stopping');
    await running.stop();
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

/** Errors whose message says what to do need no stack; everything else is a defect and keeps it. */
function isForOperators(error: Error): boolean {
  return error.name !== 'Error' && error.name.endsWith('Error') && !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);
}
