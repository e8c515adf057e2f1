import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStartError } from '../local-start-error.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import type { Progress } from '../terminal/progress.ts';
import { STOP_DEADLINE_MS, stopProcess } from './service.ts';

/** The note in a data folder that says who uses it. */
export interface RunFile {
  /** True when the run before this one was killed, and could not end in order. */
  readonly followsKilledRun: boolean;
  /** Notes a process of ours, at once: should we be killed, the next start ends it. */
  add(identity: ProcessIdentity): void;
  /** Call when all of them have ended. */
  release(): void;
}

interface Run {
  readonly supervisor: ProcessIdentity;
  readonly services: readonly ProcessIdentity[];
}

/**
 * Takes the data folder for this process. What a run that was killed left behind is ended first.
 *
 * @throws LocalStartError while another run that lives has it.
 */
export async function takeDataDir(dataDir: string, progress: Progress): Promise<RunFile> {
  const file = join(dataDir, 'run.json');
  const supervisor = identify(process.pid)!;
  let followsKilledRun = false;
  for (;;) {
    const earlier = readRun(file);
    if (earlier) {
      await endLeftovers(earlier, dataDir, progress);
      followsKilledRun = true;
    }
    rmSync(file, { force: true });
    if (createExclusively(file, { supervisor, services: [] })) break;
  }

  let services: readonly ProcessIdentity[] = [];
  return {
    followsKilledRun,
    add(identity) {
      services = [...services, identity];
      // Renamed into place: a kill in the middle of writing must not leave half a note.
      writeFileSync(`${file}.new`, JSON.stringify({ supervisor, services } satisfies Run));
      renameSync(`${file}.new`, file);
    },
    release() {
      rmSync(file, { force: true });
    },
  };
}

/** True when no living run has the folder, though one that died may have. */
export function isAbandoned(dataDir: string): boolean {
  const run = readRun(join(dataDir, 'run.json'));
  return run !== undefined && !isAlive(run.supervisor);
}

async function endLeftovers(run: Run, dataDir: string, progress: Progress): Promise<void> {
  if (isAlive(run.supervisor)) {
    throw new LocalStartError(
      `Sluice already runs with the data in ${dataDir}, as process ${run.supervisor.pid}.\n` +
        '  Stop that one first (Ctrl-C where it runs, or `kill ' +
        `${run.supervisor.pid}\`), or set SLUICE_DATA_DIR and the ports for a second one.`,
    );
  }
  const leftovers = run.services.filter(isAlive);
  if (leftovers.length > 0) {
    const names = leftovers.map(({ name, pid }) => `${name ?? 'a process'} (process ${pid})`).join(' and ');
    progress(
      `ending ${names}, which a killed run left behind: up to ${STOP_DEADLINE_MS / 1000} s, after which it is killed`,
    );
  }
  await Promise.all(leftovers.map((identity) => stopProcess(identity, 'SIGINT')));
}

function readRun(file: string): Run | undefined {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // Empty when a kill hit between making and writing it: nothing had been started by then.
  return content === '' ? undefined : (JSON.parse(content) as Run);
}

/** False when somebody else was faster. */
function createExclusively(file: string, run: Run): boolean {
  try {
    writeFileSync(file, JSON.stringify(run), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
