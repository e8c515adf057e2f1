import { join } from 'node:path';
import { configSchema } from '../../../src/config/config.ts';
import type { ProcessIdentity } from '../../../src/local/processes/process-identity.ts';
import { type Service, startService } from '../../../src/local/processes/service.ts';

export interface ProcessOptions {
  readonly name: string;
  readonly kind: 'api' | 'worker';
  /** The folder that holds `dist`. */
  readonly folder: string;
  /** Where it answers: the API itself, or the worker's health. */
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
  onSpawn(identity: ProcessIdentity): void;
  readonly signal?: AbortSignal;
}

/** Starts an API or a worker as a process of its own, and waits until it answers. */
export function startProcess(options: ProcessOptions): Promise<Service> {
  const { kind, port } = options;
  return startService({
    name: options.name,
    command: process.execPath,
    args: [
      '--enable-source-maps',
      join(options.folder, 'dist/src/cli/sluice.js'),
      kind === 'api' ? 'server' : 'worker',
    ],
    env: {
      ...withoutSettings(process.env),
      ...options.settings,
      [kind === 'api' ? 'PORT' : 'WORKER_HEALTH_PORT']: String(port),
    },
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    ready: () => answers(`http://127.0.0.1:${port}/health/live`),
    onSpawn: options.onSpawn,
    signal: options.signal,
  });
}

/** The processes see the settings given here and none of the person's who runs them. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !name.startsWith('TEMPORAL_') && !(name in configSchema.properties),
    ),
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
