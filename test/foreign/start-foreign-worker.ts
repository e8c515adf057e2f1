import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import { type Service, startService } from '../../src/local/processes/service.ts';

export interface ForeignWorkerOptions {
  readonly name: string;
  /** The program and its arguments. It prints `polling` when it does. */
  readonly command: readonly [string, ...string[]];
  /** Whose task queue it polls. */
  readonly workspaceId: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly logFile: string;
  onSpawn(identity: ProcessIdentity): void;
  readonly signal?: AbortSignal;
}

/** Starts a worker of a workspace with `workers: external` as a process of its own, and waits until it polls. */
export function startForeignWorker(options: ForeignWorkerOptions): Promise<Service> {
  const { logFile } = options;
  const [command, ...args] = options.command;
  // Its log is that of earlier starts, too.
  const logBefore = existsSync(logFile) ? statSync(logFile).size : 0;
  return startService({
    name: options.name,
    command,
    args,
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: options.temporalAddress,
      TEMPORAL_NAMESPACE: options.namespace,
      WORKSPACE_ID: options.workspaceId,
    },
    logFile,
    stopSignal: 'SIGTERM',
    ready: async () => readFileSync(logFile).subarray(logBefore).includes('polling\n'),
    onSpawn: options.onSpawn,
    signal: options.signal,
  });
}
