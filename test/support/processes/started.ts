import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../../../src/config/config.ts';
import { freePort } from '../../../src/local/processes/ports.ts';
import { isAlive, type ProcessIdentity } from '../../../src/local/processes/process-identity.ts';
import { eventually } from '../eventually.ts';

/** Seen from dist/test/support, where this file runs. */
export const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

const START_DEADLINE_MS = 90_000;
const STOP_DEADLINE_MS = 60_000;

/** A run of `npm start`, as its terminal sees it. */
export interface Started {
  readonly child: ChildProcess;
  /** All it has printed so far, errors included. */
  printed(): string;
  readonly exited: Promise<number | null>;
  /** The exit code; rejects when it has not ended after a minute. */
  ended(): Promise<number | null>;
  /** The supervising process and the processes that it started, as noted in its data folder. */
  processes(): ProcessIdentity[];
}

/** Settings for a start beside others: ports that are free now, and a data folder. */
export async function startSettings(dataDir: string): Promise<Record<string, string>> {
  const [api, health, postgres, temporal, ui, echo] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  return {
    SLUICE_DATA_DIR: dataDir,
    PORT: String(api),
    WORKER_HEALTH_PORT: String(health),
    LOCAL_POSTGRES_PORT: String(postgres),
    LOCAL_TEMPORAL_PORT: String(temporal),
    LOCAL_TEMPORAL_UI_PORT: String(ui),
    LOCAL_ECHO_PORT: String(echo),
  };
}

/** Runs `sluice start`, or another command, in a process group of its own; in the repository unless another folder is given. */
export function launch(
  settings: Record<string, string>,
  command: readonly [string, ...string[]] = [process.execPath, 'dist/src/cli/sluice.js', 'start'],
  folder = REPOSITORY,
): Started {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    env: { ...environmentOfTheMachine(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    exited,
    printed: () => printed,
    async ended() {
      const late = AbortSignal.timeout(STOP_DEADLINE_MS);
      return Promise.race([
        exited,
        new Promise<never>((_, reject) => {
          late.addEventListener('abort', () => reject(new Error(`it did not end; it printed:\n${printed}`)), {
            once: true,
          });
        }),
      ]);
    },
    processes() {
      const run = JSON.parse(readFileSync(join(settings['SLUICE_DATA_DIR']!, 'run.json'), 'utf8')) as {
        supervisor: ProcessIdentity;
        services: ProcessIdentity[];
      };
      return [run.supervisor, ...run.services];
    },
  };
}

/** Resolves when the block that says where everything is has been printed; rejects at once when it ended instead. */
export async function untilRunning(started: Started): Promise<void> {
  const notYet = () => new Error(`it does not run:\n${started.printed()}`);
  const running = eventually(() => {
    if (!started.printed().includes('Ctrl-C stops it')) throw notYet();
  }, START_DEADLINE_MS);
  await Promise.race([running, started.exited.then(() => Promise.reject(notYet()))]);
}

export function alive(processes: readonly ProcessIdentity[]): ProcessIdentity[] {
  return processes.filter(isAlive);
}

/** Kills without a warning, whoever is still there. */
export function killAll(processes: readonly ProcessIdentity[]): void {
  for (const identity of alive(processes)) process.kill(identity.pid, 'SIGKILL');
}

/** Not the run's own servers, which a start is to bring itself, and not the npm that the run was started by. */
export function environmentOfTheMachine(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(TEMPORAL_|NODE_|npm_)/.test(name) && !(name in configSchema.properties),
    ),
  );
}
