import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../../src/local/processes/process-identity.ts';
import { type Service, startService } from '../../../src/local/processes/service.ts';

export interface CallerOptions {
  /** Unlike those of all other processes of the run, also of the same caller before. */
  readonly name: string;
  readonly seed: number;
  readonly perSecond: number;
  /** The compiled caller-process.ts. */
  readonly file: string;
  readonly databaseUrl: string;
  /** Takes what the process prints. */
  readonly logFile: string;
  /** Takes what it knows of its transactions. */
  readonly ownLogFile: string;
  onSpawn(identity: ProcessIdentity): void;
  readonly signal: AbortSignal;
}

/** Starts a caller as a process of its own. */
export function startCaller(options: CallerOptions): Promise<Service> {
  const { logFile } = options;
  // Its log is that of earlier starts, too.
  const logBefore = existsSync(logFile) ? statSync(logFile).size : 0;
  return startService({
    name: options.name,
    command: process.execPath,
    args: ['--enable-source-maps', options.file],
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      NAME: options.name,
      SEED: String(options.seed),
      PER_SECOND: String(options.perSecond),
      LOG_FILE: options.ownLogFile,
    },
    logFile,
    stopSignal: 'SIGTERM',
    ready: async () => readFileSync(logFile).subarray(logBefore).includes('calling\n'),
    onSpawn: options.onSpawn,
    signal: options.signal,
  });
}
