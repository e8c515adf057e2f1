import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildTemporalBinary } from './build-temporal-binary.ts';
import { downloadTemporalBinary } from './download-temporal-binary.ts';
import { LocalStartError } from '../local-start-error.ts';
import type { Progress } from '../terminal/progress.ts';

/** The newest version whose go.mod lets `go install` build it; Temporal server 1.29.1, Web UI 2.42. */
export const TEMPORAL_CLI_VERSION = '1.5.1';

/** The server version that Sluice is tested on; an older copy that lies around is passed over. */
const SERVER_MINOR_MIN = 29;

/**
 * The `temporal` program to start a dev server with: the one on PATH, one built or downloaded before, else one built by Go, else
 * downloaded from its release and checked by its SHA-256. `sha256` is TEMPORAL_CLI_SHA256, for a platform that has no pinned digest.
 *
 * @throws LocalStartError that names each way tried.
 */
export async function findTemporalBinary(
  progress: Progress,
  { signal, sha256 = null }: { signal?: AbortSignal | undefined; sha256?: string | null | undefined } = {},
): Promise<string> {
  const tried: string[] = [];
  for (const candidate of [...onPath(), cachedBinary(), goBinary()]) {
    if (!isExecutable(candidate)) continue;
    const problem = await whyNotUsable(candidate);
    if (problem === undefined) return candidate;
    tried.push(`${candidate}: ${problem}`);
    progress(`passing over ${candidate}: ${problem}`);
  }
  if (tried.length === 0) tried.push('a copy on PATH or from before: there is none');

  for (const [way, obtain] of [
    ['go install', buildTemporalBinary],
    ['download', downloadTemporalBinary],
  ] as const) {
    signal?.throwIfAborted();
    try {
      mkdirSync(cacheFolder(), { recursive: true });
      await obtain({ version: TEMPORAL_CLI_VERSION, folder: cacheFolder(), progress, signal, sha256 });
      const problem = await whyNotUsable(cachedBinary());
      if (problem === undefined) return cachedBinary();
      tried.push(`${way}: it made ${cachedBinary()}, which does not work: ${problem}`);
    } catch (error) {
      signal?.throwIfAborted();
      tried.push(`${way}: ${(error as Error).message}`);
      progress(`could not get Temporal by ${way}`);
    }
  }
  throw new LocalStartError(
    `A Temporal server could not be found or made. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
      '  Do one of these: set TEMPORAL_ADDRESS to a Temporal server that runs; put the program `temporal` on PATH ' +
      '(https://docs.temporal.io/cli#install); install Go (https://go.dev/dl) and start again.',
  );
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(base, 'sluice', `temporal-${TEMPORAL_CLI_VERSION}`);
}

function cachedBinary(): string {
  return join(cacheFolder(), 'temporal');
}

function onPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const first = folders.map((folder) => join(folder, 'temporal')).find(isExecutable);
  return first === undefined ? [] : [first];
}

/** Where an earlier `go install` of somebody's put it. */
function goBinary(): string {
  const goPath = process.env['GOPATH']?.split(delimiter)[0] || join(homedir(), 'go');
  return join(process.env['GOBIN'] || join(goPath, 'bin'), 'temporal');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The version of a copy built by Go reads 0.0.0-DEV, hence the server's own version decides. */
async function whyNotUsable(binary: string): Promise<string | undefined> {
  let answer: string;
  try {
    answer = (await promisify(execFile)(binary, ['--version'], { timeout: 20_000 })).stdout.trim();
  } catch (error) {
    return `\`temporal --version\` failed: ${(error as Error).message.split('\n')[0]}`;
  }
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(answer) ?? [];
  if (major === undefined || minor === undefined) return `it does not tell its server's version (${answer})`;
  if (Number(major) === 1 && Number(minor) < SERVER_MINOR_MIN) {
    return `its server is ${major}.${minor}, and Sluice needs 1.${SERVER_MINOR_MIN} or newer`;
  }
  return undefined;
}
