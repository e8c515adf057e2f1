import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Progress } from '../terminal/progress.ts';

/** Often enough to see that it lives, seldom enough to be read. */
const PROGRESS_INTERVAL_MS = 10_000;

/** Where Go's own installer puts it, for shells that do not know yet. */
const GO_FOLDERS = ['/usr/local/go/bin', '/opt/homebrew/bin'];

export interface GoInstall {
  /** Each with its version. */
  readonly packages: readonly string[];
  /** Where the programs go. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Builds programs with `go install`, and tells every ten seconds how far it is. Throws when there is no Go or it fails. */
export async function goInstall({ packages, folder, progress, signal }: GoInstall): Promise<void> {
  // A process group of its own: go starts compilers, and all of them must go when we are stopped. Without symbols (-s -w) the program
  // is a third smaller.
  const child = spawn(requireGo(), ['install', '-x', '-ldflags=-s -w', ...packages], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GOBIN: folder },
  });
  const output = watchOutput(child.stderr);
  const startedMs = performance.now();
  const timer = setInterval(() => {
    progress(`  ${Math.round((performance.now() - startedMs) / 1000)} s: ${output.summary()}`);
  }, PROGRESS_INTERVAL_MS);
  const abort = () => process.kill(-child.pid!, 'SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`\`go install\` failed: ${output.complaint()}`);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** The path of Go. Throws when there is none. */
export function requireGo(): string {
  const go = findGo();
  if (go === null) throw new Error('there is no Go on PATH');
  return go;
}

/** The path of Go, on PATH or where its installer puts it; null when there is none. */
export function findGo(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...GO_FOLDERS];
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, 'go'))
      .find(existsSync) ?? null
  );
}

/** Reads what `go install -x` prints: it fetches modules, then compiles packages. */
function watchOutput(stream: NodeJS.ReadableStream) {
  let modules = 0;
  let packages = 0;
  const other: string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    if (/^# get .*: 200/.test(line) && line.includes('.zip')) modules += 1;
    else if (/\/compile /.test(line)) packages += 1;
    else if (line.startsWith('go: ') && !/^go: (downloading|finding)/.test(line)) other.push(line);
    else if (/^\S+\.go:\d+/.test(line)) other.push(line);
  });
  return {
    summary: () => (packages > 0 ? `${packages} packages compiled` : `${modules} modules fetched`),
    complaint: () => other.slice(-3).join(' ') || 'it printed no reason',
  };
}
